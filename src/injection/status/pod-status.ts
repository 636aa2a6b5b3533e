import { isFlat, isObject, type JsonObject } from '../../kubernetes/json.ts';

/**
 * What `sidecar.io/status` says of one sidecar, keyed there by the name of its container: all that was added for it, so
 * that it can be taken out by this alone. What two sidecars brought together stands in both entries. Later versions may
 * add fields, which stay as they are.
 */
export interface SidecarStatus {
  /** Hash of the definition it was rendered from. */
  readonly definition: string;
  /** The version of the definition, where that is the next one. */
  readonly version?: string;
  /** The hash of the next version that the pod was to get, and with which it would have been refused. */
  readonly declined?: string;
  /** Hash of the annotations that asked for it; where a policy put it in, what would be hashed. */
  readonly parameters: string;
  readonly mode: string;
  /** The containers that were added. */
  readonly containers: readonly string[];
  /** The volumes that were added; one that the pod declared itself is not among them. */
  readonly volumes: readonly string[];
  /** Where the content is, as a path in the sidecar. */
  readonly content?: string;
  /**
   * The mounts that were added to containers of the app, as `app:/site`. An empty list tells an entry that has none, and
   * nothing else that came later, from the entries of old, which name no mounts.
   */
  readonly mounts?: readonly string[];
  /** The variables that were added to containers of the app, as `app:NAME`. */
  readonly env?: readonly string[];
  /** The keys of the annotations that were added, without that of the status. */
  readonly annotations?: readonly string[];
  /** What was put behind a list that the user wrote in an annotation, as `<key>:<name>`. */
  readonly appended?: readonly string[];
  /** The names of Secrets that were added for pulling images. */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Who put it in, where it was not the webhook. `inject` stands in a manifest that somebody had the sidecar written
   * into on purpose: nothing is wrong with it before its definition is another. `policy`: a policy that was compiled of
   * the definition put it in, inside the API server. Readers leave other values alone.
   */
  readonly by?: string;
  /** Where the annotation that asks for it comes from, as in `namespace shop`, where it is not the pod's own. */
  readonly from?: string;
  /** The same as `parameters` of what it inherited, where there is any. Nothing is held against it when a pod comes again. */
  readonly inherited?: string;
  /** What was there before `upgrade` moved the container in place: its image, and the hash and version of its definition. */
  readonly imageBefore?: string;
  readonly definitionBefore?: string;
  readonly versionBefore?: string;
  /** The definition from which a rollback brought the container back, until another upgrade moves it. */
  readonly rolledBackFrom?: string;
  /**
   * How `restart` wrote the image of the container, which is the same one by its digest, and the image that is meant by it
   * as long as it stands so.
   */
  readonly restartedAs?: string;
  readonly restartedFrom?: string;
}

/** Who puts in sidecars beside the webhook, as {@link SidecarStatus} names them. */
export type OtherInjector = 'inject' | 'policy';

/** Who put a sidecar in, where it was somebody else than the webhook that is known. */
export function otherInjectorOf({ by }: SidecarStatus): OtherInjector | undefined {
  return by === 'inject' || by === 'policy' ? by : undefined;
}

/**
 * The status once named containers and volumes alone. The mounts that came with them are told by their volume then: the
 * API server takes no pod that mounts a volume which it does not have. In a status of today a mount that it does not name
 * is the user's.
 */
export function isOfOlderForm(entry: SidecarStatus): boolean {
  return Object.keys(entry).every(field => oldestFields.has(field));
}

/** Of the versions of its definition; and added to a pod that runs, whatever its status names. */
const addedTexts = [
  'version',
  'declined',
  'imageBefore',
  'definitionBefore',
  'versionBefore',
  'rolledBackFrom',
  'restartedAs',
  'restartedFrom',
] as const satisfies readonly (keyof SidecarStatus)[];

const oldestFields: ReadonlySet<string> = new Set([
  'definition',
  'parameters',
  'mode',
  'containers',
  'volumes',
  'content',
  ...addedTexts,
]);

/** How the status names what was put behind a list: neither keys nor names have a colon. */
export function appendedName(key: string, name: string): string {
  return `${key}:${name}`;
}

/** What it says of a sidecar that no definition knows, where the operator lets others use the prefix. */
export interface LeftToOthers {
  readonly leftToOthers: true;
}

export const leftToOthers: LeftToOthers = { leftToOthers: true };

export type PodStatus = Readonly<Record<string, SidecarStatus | LeftToOthers>>;

/**
 * Reads the status annotation; undefined where it is not what an injector writes. Whatever is in it, what is returned
 * is small and flat, so that it can be written again.
 */
export function parseStatus(text: string): PodStatus | undefined {
  if (text.length > maxStatusLength) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const entries = Object.values(value);
  return entries.length <= maxEntries && entries.every(isEntry) ? (value as unknown as PodStatus) : undefined;
}

export function isLeftToOthers(entry: SidecarStatus | LeftToOthers): entry is LeftToOthers {
  return 'leftToOthers' in entry;
}

/** The API server takes no more than this for all annotations of an object. */
const maxStatusLength = 256 * 1024;

/** More than may be asked for: the sidecars of a pod, and what is left to others. */
const maxEntries = 256;

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.hasOwn(value, 'leftToOthers') ? isMark(value) : isSidecarStatus(value);
}

/** Nothing else is in it: the guard looks for exactly this text. */
function isMark(value: JsonObject): boolean {
  return value['leftToOthers'] === true && Object.keys(value).length === 1;
}

function isSidecarStatus(value: JsonObject): boolean {
  const isAbsentOr = (isRight: (entry: unknown) => boolean) => (key: string) =>
    !Object.hasOwn(value, key) || isRight(value[key]);
  return (
    ['definition', 'parameters', 'mode'].every(key => typeof value[key] === 'string') &&
    ['containers', 'volumes'].every(key => isTextList(value[key])) &&
    ['content', 'from', 'inherited', ...addedTexts].every(isAbsentOr(entry => typeof entry === 'string')) &&
    ['mounts', 'env', 'annotations', 'appended', 'imagePullSecrets'].every(isAbsentOr(isTextList)) &&
    Object.values(value).every(isFlat)
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(entry => typeof entry === 'string');
}
