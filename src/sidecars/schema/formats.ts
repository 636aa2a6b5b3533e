import { parseQuantity } from '../../kubernetes/quantity.ts';
import type { NumberFormat, TextFormat } from '../shape.ts';

/** What a text or a number of the Kubernetes API may be. */
export interface Format extends TextFormat, NumberFormat {
  /** What the keys of a map may be. */
  readonly keys?: TextFormat;
}

/** One of these texts. An empty one is the same as none. */
export function oneOf(...values: readonly string[]): Format {
  const named = values.filter(value => value !== '');
  return named.length < values.length ? { values: named, isEmptyFine: true } : { values };
}

export function limits(minimum: number, maximum: number): Format {
  return { minimum, maximum };
}

export const maxInt32 = 2 ** 31 - 1;

export const userId: Format = limits(0, maxInt32);
export const groupId: Format = limits(0, maxInt32);
export const portNumber: Format = limits(1, 65_535);
export const fileMode: Format = { minimum: 0, maximum: 0o777, isFileMode: true };

export const anyText: Format = { pattern: /./, expects: 'a text that is not empty' };

export const image: Format = { pattern: /^\S+$/, expects: 'an image without spaces' };

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const dnsLabel: Format = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  expects: 'a name of lower-case letters, digits and "-", at most 63 characters',
};

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function objectName(kind: string): Format {
  return {
    pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    expects: `the name of a ${kind}: lower-case letters, digits, "-" and "."`,
  };
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
export function keyOfData(kind: string): Format {
  return {
    pattern: /^(?!\.\.|\.$)(?=.{1,253}$)[-._A-Za-z0-9]+$/,
    expects: `a key of a ${kind}: letters, digits, ".", "_" and "-", not beginning with ".."`,
  };
}

const namePart = '(?=[a-z0-9-]{1,15}$)(?!-|.*--|.*-$)(?=.*[a-z])';

/** https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export const portName: Format = {
  pattern: new RegExp(`^(${namePart}.+)?$`),
  expects: 'at most 15 lower-case letters, digits and single "-" inside, with a letter among them',
  isEmptyFine: true,
};

export const portNumberOrName: Format = {
  ...portNumber,
  pattern: new RegExp(`^${namePart}.+$`),
  expects: 'a port number from 1 to 65535, or the name of a port',
  advice: value => (/^\d+$/.test(value) ? '; write the number without quotes' : ''),
};

/** Since Kubernetes 1.32 all printable ASCII but `=`. */
export const environmentName: Format = {
  pattern: /^[ -<>-~]+$/,
  expects: 'the name of an environment variable, such as LOG_LEVEL, without "="',
};

export const absolutePath: Format = { pattern: /^\//, expects: 'an absolute path such as /data' };

/** Below a volume, or below the kubelet's directory of profiles. */
export const pathBelow: Format = {
  pattern: /^(?!\/)(?!\.\.(\/|$))(?!.*\/\.\.(\/|$))/,
  expects: 'a relative path without ".." segments',
};

export const pathBelowWithoutDots: Format = {
  pattern: /^(?!\.\.(\/|$))(?!.*\/\.\.(\/|$))./,
  expects: 'a path without ".." segments',
};

/** Below a volume whose files the kubelet writes: names that begin with two dots are its own. */
export const fileOrLink: Format = {
  pattern: /^(?!\/)(?!\.\.)(?!.*\/\.\.(\/|$))./,
  expects: 'a relative path that does not begin with ".." and has no ".." segments',
};

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity: Format = {
  pattern: /^\+?(\d+(\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/,
  expects: 'a quantity such as 100m, 64Mi or 2Gi',
  advice: adviceOnQuantity,
};

function adviceOnQuantity(text: string): string {
  const { amount, unit = '' } =
    /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>[KMGTkmgt])i?[bB]$/.exec(text)?.groups ?? {};
  if (amount === undefined) return parseQuantity(text) === undefined ? '' : '; an amount is not negative';
  return `; did you mean "${amount}${unit.toUpperCase()}i"?`;
}

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources */
export const resourceName: Format = {
  pattern:
    /^(cpu|memory|ephemeral-storage|hugepages-\d+(\.\d+)?([kMGTPE]i?|Ki)?|(?!(.*\.)?kubernetes\.io\/|requests\.)[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/,
  expects: 'cpu, memory, ephemeral-storage, hugepages-2Mi or an extended resource such as example.com/gpu',
};

/** https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
export const fieldPath: Format = {
  pattern:
    /^(metadata\.(name|namespace|uid|labels|annotations)|spec\.(nodeName|serviceAccountName|host)|status\.(hostIPs?|podIPs?)|metadata\.(labels|annotations)\['([a-z0-9A-Z]([-a-z0-9A-Z.]*[a-z0-9A-Z])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?'\])$/,
  expects:
    "metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP or status.podIPs",
};

export const resourceField: Format = {
  pattern: /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.*)$/,
  expects: 'limits or requests with a resource, such as limits.memory',
};

export const headerName: Format = {
  pattern: /^[-A-Za-z0-9]+$/,
  expects: 'the name of a header: letters, digits and "-"',
};

/** The API server takes any; the container engine does not start a container with one that it does not know. */
export const capability: Format = {
  pattern: /^[A-Z][A-Z_]*$/,
  expects: 'a capability such as NET_ADMIN, or ALL',
  advice: value =>
    /^[a-z_]+$/.test(value) ? `; did you mean "${value.toUpperCase().replace(/^CAP_/, '')}"?` : '',
};

/** https://datatracker.ietf.org/doc/html/rfc3721#section-1.1 */
export const iscsiName: Format = {
  pattern: /^(iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+|eui\.[A-Za-z0-9]{16}|naa\.[A-Za-z0-9]{32})$/,
  expects: 'a name such as iqn.2001-04.com.example:storage, or one that begins with eui. or naa.',
};

/** https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#signers */
export const signerName: Format = {
  pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9.:]*[A-Za-z0-9])?$/,
  expects: 'the name of a signer, such as example.com/signer',
};

export const domainPrefixedKey: Format = {
  pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9._]{0,61}[A-Za-z0-9])?$/,
  expects: 'a key with a domain before it, such as example.com/team',
};

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelKey: Format = {
  pattern: /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9._]{0,61}[A-Za-z0-9])?$/,
  expects: 'a key such as team or example.com/team',
};

export const labelValue: Format = {
  pattern: /^[A-Za-z0-9]([-A-Za-z0-9._]{0,61}[A-Za-z0-9])?$/,
  expects: 'at most 63 letters, digits, "-", "_" and "."',
  isEmptyFine: true,
};

export const apiGroup: Format = { ...objectName('group of the API'), isEmptyFine: true };
