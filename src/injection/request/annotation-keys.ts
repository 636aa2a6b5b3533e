/** The prefix of every annotation that is ours to read or write. */
export const annotationPrefix = 'sidecar.io/';

/** Leaves a pod alone when it is "false", whatever else the pod carries. */
export const injectAnnotation = `${annotationPrefix}inject`;

/** The label of a namespace: `enabled` has its annotations count for its pods, `disabled` keeps sidecars out. */
export const injectLabel = injectAnnotation;

/** Written by the injector: what it put into the pod. */
export const statusAnnotation = `${annotationPrefix}status`;

/** Written by the injector on workloads: what it carried into their template. */
export const propagatedAnnotation = `${annotationPrefix}propagated`;

const ownKeys: ReadonlySet<string> = new Set([injectAnnotation, statusAnnotation, propagatedAnnotation]);

/** What a key asks for: a sidecar, an instance of it, or one parameter of an instance. */
export interface RequestKey {
  readonly sidecar: string;
  /** The part between sidecar and parameter, as written; undefined where it breaks the grammar. */
  readonly instance: string | undefined;
  /** Empty for the key that asks for the sidecar itself. */
  readonly parameter: string | undefined;
  readonly isWellFormed: boolean;
}

/**
 * Takes an annotation key apart: `sidecar.io/<sidecar>[_<instance>][.<parameter>]`.
 * Undefined for keys of others and for those that have a meaning of their own.
 */
export function parseRequestKey(key: string): RequestKey | undefined {
  if (!isRequestKey(key)) return undefined;
  const name = key.slice(annotationPrefix.length);
  const match = requestPattern.exec(name);
  if (match === null) {
    return {
      sidecar: name.split(/[._]/, 1)[0] ?? '',
      instance: undefined,
      parameter: undefined,
      isWellFormed: false,
    };
  }
  return { sidecar: match[1] ?? '', instance: match[2], parameter: match[3], isWellFormed: true };
}

/** Whether any annotation is ours, whatever it says. */
export function isAnnotated(annotations: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(annotations).some(key => key.startsWith(annotationPrefix));
}

/** The key that asks for the instance that a key is about, well-formed or not: the key itself up to its first dot. */
export function switchKey(key: string): string {
  const dot = key.indexOf('.', annotationPrefix.length);
  return dot < 0 ? key : key.slice(0, dot);
}

/** The key that leaves out the instance that a key is about where it is "false"; it is common to all sidecars. */
export function leaveOutKey(key: string): string {
  return `${switchKey(key)}.${injectParameter}`;
}

/** The parameter that says whether an instance counts at all. */
export const injectParameter = 'inject';

/** The parameter that says which version of a definition an instance gets. */
export const versionParameter = 'version';

/**
 * The name that a key asks for, well-formed or not: up to the first dot, with `-` for each `_`. The guard in `deploy/`
 * computes it in the same way.
 */
export function askedName(key: string): string {
  return (key.slice(annotationPrefix.length).split('.', 1)[0] ?? '').replaceAll('_', '-');
}

/** Whether a key asks for a sidecar: it has our prefix and no meaning of its own. */
export function isRequestKey(key: string): boolean {
  return key.startsWith(annotationPrefix) && !ownKeys.has(key);
}

/** Whether a key is carried from a workload into its pod template: all of ours but what the injector itself writes. */
export function isCarriedKey(key: string): boolean {
  return key.startsWith(annotationPrefix) && key !== statusAnnotation && key !== propagatedAnnotation;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const requestPattern = new RegExp(`^(${label})(?:_(${label}))?(?:\\.([a-z0-9][-a-z0-9]*))?$`);
