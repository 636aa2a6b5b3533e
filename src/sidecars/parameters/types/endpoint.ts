import type { Misfit, ParameterType, TypedValue } from './parameter-type.ts';
import { url } from './url.ts';

/** Where something is sent: a URL, or just host and port where the protocol has no URLs, as gRPC. */
export const endpoint: ParameterType = {
  expects: 'host:port, or a URL that begins with http:// or https://',
  maximumLength: 4096,
  facts: {
    address: 'the value is host:port',
    http: 'the value is a URL that begins with http://',
    https: 'the value is a URL that begins with https://',
  },
  constraints: ['pattern'],
  read: text => (text.includes('://') ? readUrl(text) : readAddress(text)),
};

function readUrl(text: string): TypedValue | Misfit {
  const reading = url.read(text);
  if (!('value' in reading)) return reading.use === url.expects ? { use: endpoint.expects } : reading;
  return { ...reading, facts: [text.startsWith('https') ? 'https' : 'http'] };
}

function readAddress(text: string): TypedValue | Misfit {
  const { host = '', port } = addressPattern.exec(text)?.groups ?? {};
  return port !== undefined && Number(port) < 65536
    ? { value: text, facts: ['address'], origins: [{ host }] }
    : { use: endpoint.expects };
}

/** A host with its port. */
export const addressPattern =
  /^(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?<port>[1-9]\d{0,4})$/;
