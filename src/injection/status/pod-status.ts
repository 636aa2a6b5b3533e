import { isObject } from '../../kubernetes/json.ts';

/** What `sidecar.io/status` says of one sidecar, keyed there by the name of its container. */
export interface SidecarStatus {
  /** Hash of the definition it was rendered from. */
  readonly definition: string;
  /** Hash of the annotations that asked for it. */
  readonly parameters: string;
  readonly mode: string;
  /** The containers that were added. */
  readonly containers: readonly string[];
  /** The volumes that were added; one that the pod declared itself is not among them. */
  readonly volumes: readonly string[];
  /** Where the content is, as a path in the sidecar. */
  readonly content?: string;
}

export type PodStatus = Readonly<Record<string, SidecarStatus>>;

/** Reads the status annotation; undefined where it is not what the injector writes. */
export function parseStatus(text: string): PodStatus | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) && Object.values(value).every(isSidecarStatus)
    ? (value as unknown as PodStatus)
    : undefined;
}

function isSidecarStatus(value: unknown): boolean {
  return (
    isObject(value) &&
    ['definition', 'parameters', 'mode'].every(key => typeof value[key] === 'string') &&
    ['containers', 'volumes'].every(key => isTextList(value[key]))
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(entry => typeof entry === 'string');
}
