import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { type Finding, type Refusal, refusal, type Warning, warning } from '../reason.ts';
import type { VersionTraits } from '../render/pod-traits.ts';
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
  /** The next version that it does not get because it would be refused with that. */
  readonly declined?: SidecarDefinition;
}

/**
 * Chooses between the versions of a definition: by what the annotations say, and otherwise by what the operator decided.
 *
 * | `.version`        | there is a next version | its file was never right | there is none      |
 * |-------------------|-------------------------|--------------------------|--------------------|
 * | `next`            | next                    | refused                  | current, a warning |
 * | `next`, inherited | next, or else current   | current, a warning       | current, a warning |
 * | `current`         | current                 | current                  | current            |
 * | absent            | where chosen: the same  | current                  | current            |
 *
 * That there is none is what promoting it leaves behind, so that pods which say `next` still start. Whoever made a pod
 * that inherits or was chosen has not asked for a trial. What has a parameter of that name has no next version.
 */
export function chooseDefinition(
  request: SidecarRequest,
  set: SidecarSet,
  traits: VersionTraits,
): ChosenDefinition {
  const { sidecar } = request;
  const current = set.sidecars.get(sidecar);
  const asked = request.annotations.get(versionParameter);
  if (asked === undefined || current?.parameters.has(versionParameter) === true)
    return traits.next?.includes(sidecar)
      ? tried(request, set, traits)
      : { definition: current, findings: [] };
  if (asked === 'current') return { definition: current, findings: [] };
  if (asked !== 'next') return { definition: current, findings: [wrongVersion(request, asked)] };
  const next = set.next.get(sidecar);
  const problem = set.brokenNext.get(sidecar);
  if (next === undefined && problem === undefined)
    return { definition: current, findings: current === undefined ? [] : [noNext(request)] };
  if (request.inheritedParameters?.has(versionParameter)) return tried(request, set, traits);
  return problem === undefined
    ? { definition: next, findings: [] }
    : { definition: current, findings: [broken(request, problem)] };
}

/** For a pod that has not asked for it itself. */
function tried(
  request: SidecarRequest,
  { sidecars, next, brokenNext }: SidecarSet,
  { isCurrent }: VersionTraits,
): ChosenDefinition {
  const { sidecar } = request;
  const [current, coming] = [sidecars.get(sidecar), next.get(sidecar)];
  if (current === undefined) return { definition: coming, findings: [] };
  if (coming === undefined) {
    const isBroken = brokenNext.has(sidecar) && request.annotations.has(versionParameter);
    const where = parameterKey(request, versionParameter);
    const findings = isBroken ? [nextRefused({ code: 'broken-definition', where })] : [];
    return { definition: current, findings };
  }
  if (isCurrent) return { definition: current, findings: [], declined: coming };
  return { definition: coming, findings: [], instead: current };
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
