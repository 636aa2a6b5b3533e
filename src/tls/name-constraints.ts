/**
 * The names that an authority may sign for: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10. Whoever gets hold of
 * its key can then pretend to be this webhook, and nobody else. node-forge knows no such extension, so it is built here.
 */
import { isIP } from 'node:net';
import forge from 'node-forge';

/** An extension as node-forge takes one that it does not know. */
export interface RawExtension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: forge.asn1.Asn1;
}

const identifier = '2.5.29.30';

/** Lets an authority sign for these host names, those below them, and these IP addresses; without one, for no address. */
export function nameConstraintsFor(hosts: readonly string[]): RawExtension {
  const names = hosts.filter(host => !isIP(host)).map(host => subtree(tags.dnsName, host));
  const addresses = hosts.filter(host => isIP(host)).map(host => subtree(tags.ipAddress, exactly(host)));
  // A kind of name that is not mentioned would be free.
  const excludedNames = names.length > 0 ? [] : [subtree(tags.dnsName, '')];
  const excludedAddresses =
    addresses.length > 0 ? [] : [8, 32].map(length => subtree(tags.ipAddress, zeros(length)));
  const excluded = [...excludedNames, ...excludedAddresses];
  return {
    id: identifier,
    critical: true,
    value: sequence([
      tagged(0, [...names, ...addresses]),
      ...(excluded.length > 0 ? [tagged(1, excluded)] : []),
    ]),
  };
}

/** Whether an authority, in PEM, may sign for all of these; one without constraints may sign for everything. */
export function permitsHosts(authority: string, hosts: readonly string[]): boolean {
  const extension = forge.pki.certificateFromPem(authority).getExtension('nameConstraints') as {
    readonly value: string;
  } | null;
  if (extension === null) return true;
  const permitted = subtreesIn(extension.value);
  return hosts.every(host =>
    isIP(host)
      ? permitted.addresses.includes(exactly(host))
      : permitted.names.some(name => host === name || host.endsWith(`.${name}`)),
  );
}

/** The permitted names and addresses of an extension that `nameConstraintsFor` has made. */
function subtreesIn(der: string): {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
} {
  const permitted = childrenOf(forge.asn1.fromDer(der)).find(({ type }) => Number(type) === 0);
  const bases = (permitted ? childrenOf(permitted) : []).flatMap(tree => childrenOf(tree).slice(0, 1));
  const ofType = (tag: number) =>
    bases.filter(({ type }) => Number(type) === tag).map(({ value }) => String(value));
  return { names: ofType(tags.dnsName), addresses: ofType(tags.ipAddress) };
}

function childrenOf({ value }: forge.asn1.Asn1): readonly forge.asn1.Asn1[] {
  return Array.isArray(value) ? value : [];
}

/** Kinds of a GeneralName: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6 */
const tags = { dnsName: 2, ipAddress: 7 } as const;

function subtree(tag: number, base: string): forge.asn1.Asn1 {
  return sequence([contextual(tag, false, base)]);
}

/** An address and a mask that leaves nothing open, in bytes. */
function exactly(host: string): string {
  const address = util.bytesFromIP(host) ?? '';
  return `${address}${'\xff'.repeat(address.length)}`;
}

/** Its types leave this one out. */
const util = forge.util as unknown as { bytesFromIP(address: string): string | null };

function zeros(length: number): string {
  return '\0'.repeat(length);
}

function sequence(children: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, children);
}

function tagged(tag: number, children: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return contextual(tag, true, children);
}

function contextual(tag: number, isConstructed: boolean, value: string | forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.CONTEXT_SPECIFIC, tag, isConstructed, value);
}
