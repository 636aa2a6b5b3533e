import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { type Finding, type Refusal, refusal, type Warning, warning } from '../reason.ts';
import type { PodTraits } from '../render/pod-traits.ts';
import { versionParameter } from '../request/annotation-keys.ts';
import type { SidecarRequest } from '../request/read-requests.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownValue } from '../shown-value.ts';

/** The version of a definition that counts for a request. */
export interface ChosenDefinition {
  /** Undefined where there is none that can be used. */
  readonly definition: SidecarDefinition | undefined;
  /** What is to be said of the annotation that asks for a version. */
  readonly findings: readonly Finding[];
  /** What the pod gets where it cannot have that one, which it did not ask for itself. */
  readonly instead?: SidecarDefinition;
}

/**
 * Chooses between the versions of a definition: by what the annotations say, and otherwise by what the operator decided.
 *
 * | `.version` | there is a next version | its file was never right | there is none      |
 * |------------|-------------------------|--------------------------|--------------------|
 * | `next`     | next                    | refused                  | current, a warning |
 * | `current`  | current                 | current                  | current            |
 * | absent     | next where chosen       | current                  | current            |
 *
 * That there is none is what promoting it leaves behind, so that pods which say `next` still start. What has a parameter
 * of that name has no next version.
 */
export function chooseDefinition(
  request: SidecarRequest,
  { sidecars, next, brokenNext }: SidecarSet,
  { next: chosen = [] }: Pick<PodTraits, 'next'>,
): ChosenDefinition {
  const { sidecar } = request;
  const [current, coming] = [sidecars.get(sidecar), next.get(sidecar)];
  const asked = request.annotations.get(versionParameter);
  const isOwn = current?.parameters.has(versionParameter) === true;
  if (asked === undefined || isOwn) {
    if (coming === undefined || !chosen.includes(sidecar)) return { definition: current, findings: [] };
    return { definition: coming, findings: [], ...(current === undefined ? {} : { instead: current }) };
  }
  if (asked === 'current') return { definition: current, findings: [] };
  if (asked !== 'next') return { definition: current, findings: [wrongVersion(request, asked)] };
  if (coming !== undefined) return { definition: coming, findings: [] };
  const problem = brokenNext.get(sidecar);
  if (problem !== undefined) return { definition: current, findings: [broken(request, problem)] };
  return { definition: current, findings: current === undefined ? [] : [noNext(request)] };
}

function wrongVersion(request: SidecarRequest, asked: string): Finding {
  const key = parameterKey(request, versionParameter);
  return asked === ''
    ? refusal('empty-value', key, () => `annotation ${key}: the value is empty; ${use}`)
    : refusal('invalid-value', key, () => `annotation ${key}: got ${shownValue(asked)}; ${use}`);
}

const use = 'use next or current, or leave it out';

function noNext(request: SidecarRequest): Finding {
  const key = parameterKey(request, versionParameter);
  const message = () => `${key}: there is no next version now; the pod gets the current one`;
  return warning('no-next-version', key, message);
}

function broken(request: SidecarRequest, problem: string): Finding {
  const key = parameterKey(request, versionParameter);
  const message = () =>
    `${key}: the next version of "${request.sidecar}" cannot be used: ${oneLine(problem, maxProblemLength)}; "current" gives the other one`;
  return refusal('broken-definition', key, message);
}

/** The problem is the operator's text, and there may be many of a file. */
const maxProblemLength = 500;

/** Says that a pod does not get the next version which the operator has it get, because of what that would be refused for. */
export function nextRefused(refused: Pick<Refusal, 'code' | 'where'>): Warning {
  const { code, where } = refused;
  const message = () => `${where}: gets the current version, because the next one is refused (${code})`;
  return warning('next-version-refused', where, message);
}
