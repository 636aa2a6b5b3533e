import { parseQuantity, quantityPattern } from '../../../kubernetes/quantity.ts';
import { duration } from './duration.ts';
import { endpoint } from './endpoint.ts';
import { gitRef } from './git-ref.ts';
import { gitUrl } from './git-url.ts';
import { type ParameterType, textType } from './parameter-type.ts';
import { path, pathSegment } from './path.ts';
import { url } from './url.ts';

/** More than any number or word takes, so that what is wrong with it can be told. */
const shortLength = 64;

const portPattern = /^[1-9]\d{0,4}$/;

/** Every type that a parameter of a definition may have, by the name that definitions use. */
export const parameterTypes: ReadonlyMap<string, ParameterType> = new Map<string, ParameterType>([
  ['string', textType(/^/, 'a text', 4096)],
  ['integer', integerType('a whole number', /^-?(0|[1-9]\d{0,14})$/)],
  ['boolean', booleanType()],
  [
    'enum',
    {
      expects: 'one of the listed values',
      maximumLength: 4096,
      facts: {},
      constraints: ['values'],
      read: value => ({ value }),
    },
  ],
  ['duration', duration],
  ['quantity', quantityType()],
  ['git-url', gitUrl],
  ['git-ref', gitRef],
  ['path', path],
  ['path-segment', pathSegment],
  ['name', textType(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a name of lower-case letters, digits and "-"', 63)],
  ['secret', objectNameType('Secret')],
  ['config-map', objectNameType('ConfigMap')],
  // https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
  [
    'secret-key',
    textType(
      /^\.?[-_A-Za-z0-9][-._A-Za-z0-9]*$/,
      'a key of a Secret: letters, digits, ".", "_" and "-", not beginning with ".."',
      253,
    ),
  ],
  ['url', url],
  ['endpoint', endpoint],
  ['port', portType()],
]);

/** A whole number; beyond 15 digits JSON readers disagree about its value. */
function integerType(expects: string, pattern: RegExp): ParameterType {
  return {
    expects,
    maximumLength: shortLength,
    facts: { zero: 'the value is 0' },
    constraints: ['minimum', 'maximum'],
    isSigned: true,
    pattern,
    read: text => {
      if (!pattern.test(text)) return { use: expects };
      const value = Number(text);
      return { value, magnitude: value, ...(value === 0 ? { facts: ['zero'] } : {}) };
    },
  };
}

function booleanType(): ParameterType {
  const expects = 'true or false';
  return {
    expects,
    maximumLength: shortLength,
    facts: { true: 'the value is true', false: 'the value is false' },
    constraints: [],
    read: text =>
      text === 'true' || text === 'false' ? { value: text === 'true', facts: [text] } : { use: expects },
  };
}

function quantityType(): ParameterType {
  const expects = 'a Kubernetes quantity such as 100m, 64Mi or 2Gi';
  return {
    expects,
    maximumLength: shortLength,
    facts: {},
    constraints: ['minimum', 'maximum'],
    pattern: quantityPattern,
    read: text => {
      const magnitude = parseQuantity(text);
      return magnitude === undefined || magnitude < 0 ? { use: expects } : { value: text, magnitude };
    },
  };
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
function objectNameType(kind: string): ParameterType {
  const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
  return textType(
    new RegExp(`^${label}(\\.${label})*$`),
    `the name of a ${kind} in the pod's namespace`,
    253,
  );
}

function portType(): ParameterType {
  const expects = 'a port number from 1 to 65535';
  return {
    expects,
    maximumLength: shortLength,
    facts: {},
    constraints: ['minimum', 'maximum'],
    pattern: portPattern,
    read: text => {
      const port = portPattern.test(text) ? Number(text) : 0;
      return port > 0 && port < 65536 ? { value: port, magnitude: port } : { use: expects };
    },
  };
}
