/**
 * The heart of the project: pod in, JSON Patch out. No clock, no files, no network: webhook, command line and tests get
 * the same answer for the same pod.
 */
import { placedContainers } from '../kubernetes/containers.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarSet } from '../sidecars/sidecar-set.ts';
import type { AnnotationSource } from './inheritance/annotation-source.ts';
import { withOrigins } from './inheritance/name-origins.ts';
import { alone, type Inheritance, withInherited, withoutNews } from './inheritance/with-inherited.ts';
import { addVariables } from './merge/add-variables.ts';
import { adoptVolumes } from './merge/adopt-volume.ts';
import type { Assembly } from './merge/assembly.ts';
import { checkAnnotations } from './merge/check-annotations.ts';
import { checkClaims } from './merge/check-claims.ts';
import { checkInjectAnnotation } from './merge/check-inject-annotation.ts';
import { checkInjected } from './merge/check-injected.ts';
import { checkNames } from './merge/check-names.ts';
import { checkNestedMounts } from './merge/check-nested-mounts.ts';
import { checkPod } from './merge/check-pod.ts';
import { checkPorts } from './merge/check-ports.ts';
import { checkSidecarMounts } from './merge/check-sidecar-mounts.ts';
import { checkStorage } from './merge/check-storage.ts';
import { checkVolumes } from './merge/check-volumes.ts';
import { chooseContainers } from './merge/choose-containers.ts';
import { checkRoles } from './merge/cloud-identity.ts';
import { mountVolumes } from './merge/mount-volume.ts';
import { addPullSecrets, checkPullSecrets } from './merge/pull-secrets.ts';
import { checkAnnotationsLength } from './patch/check-annotations-length.ts';
import { checkPatch } from './patch/check-patch.ts';
import { seenMark } from './patch/mark-seen.ts';
import type { AddOperation } from './patch/patch-operation.ts';
import { patchFor } from './patch/patch-pod.ts';
import { nextRefused } from './plan/choose-definition.ts';
import { PlanMemory } from './plan/plan-memory.ts';
import type { InjectionPolicy } from './policy.ts';
import { type Finding, isRefusal, isWarning, type Refused, type SkipReason, type Warning } from './reason.ts';
import type { VersionTraits } from './render/pod-traits.ts';
import type { RenderedSidecar } from './render/render-sidecar.ts';
import { injectAnnotation, switchKey, versionParameter } from './request/annotation-keys.ts';
import { askedNames, isOnlyForOthersOnWindows } from './request/asked-names.ts';
import { shouldSkip } from './request/should-skip.ts';
import { readStatus, wasInjected } from './status/read-status.ts';

/** What becomes of a pod. An expected "no" is a value like any other. */
export type InjectionDecision =
  | {
      readonly outcome: 'injected';
      readonly sidecars: readonly RenderedSidecar[];
      readonly operations: readonly AddOperation[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly outcome: 'skipped';
      readonly reason: SkipReason;
      /** Never empty; absent where the pod stays as it is. */
      readonly operations?: readonly AddOperation[];
      readonly warnings: readonly Warning[];
    }
  | Refused;

/**
 * Decides what becomes of a pod, and with which patch. The pod is only read. `sources`: what counts beside its own
 * annotations, the weakest first.
 */
export type Injector = (pod: Pod, sources?: readonly AnnotationSource[]) => InjectionDecision;

/**
 * Makes an injector for a set of sidecars and a policy. It remembers the plans that it has made.
 *
 * The injector throws UnappliablePatchError where its patch would not apply to the pod: a fault of ours.
 */
export function createInjector(sidecars: SidecarSet, policy: InjectionPolicy): Injector {
  const plans = new PlanMemory(sidecars, policy);
  return (pod, sources = []) => {
    const offered = withInherited(pod.metadata.annotations ?? {}, sources);
    const reason = shouldSkip(pod, offered.annotations);
    if (reason !== undefined) return leftAlone(pod, reason, offered, policy);
    if (offered.origins.size === 0 || !isOnlyForOthersOnWindows(pod))
      return judgeVersions(pod, offered, plans, policy);
    const decision = judgeVersions(pod, alone(pod.metadata.annotations ?? {}), plans, policy);
    const isLeftAlone = decision.outcome === 'skipped' && decision.reason === 'not-requested';
    return isLeftAlone ? { ...decision, reason: 'not-on-windows' } : decision;
  };
}

/** Decides about one pod. Who has several asks {@link createInjector} once. */
export function inject(
  pod: Pod,
  sidecars: SidecarSet,
  policy: InjectionPolicy,
  sources?: readonly AnnotationSource[],
): InjectionDecision {
  return createInjector(sidecars, policy)(pod, sources);
}

/** What becomes of a pod for which no request counts. */
function leftAlone(
  pod: Pod,
  reason: SkipReason,
  { origins }: Inheritance,
  policy: InjectionPolicy,
): InjectionDecision {
  const skipped = { outcome: 'skipped', reason, warnings: [] } as const;
  if (reason !== 'opted-out' || !origins.has(injectAnnotation)) return skipped;
  const { before, findings } = readStatus(pod);
  if (findings.length > 0) return skipped;
  const operations = seenMark({ pod, before, leftToOthers: seenNames(pod), policy });
  return operations.length > 0 ? { ...skipped, operations } : skipped;
}

/** What a pod asks for itself: where that is not put in because of what it inherits, its status says that this is meant. */
function seenNames({ metadata }: Pod): readonly string[] {
  return [...askedNames(metadata.annotations ?? {})].slice(0, maxSeen);
}

/** With those that are left to others it is less than what a status may name. */
const maxSeen = 100;

/**
 * Decides about a pod for which annotations count. Whoever made it has not asked for a next version that it inherits or that
 * the operator has it get: where it would be refused with that, and with the current one not, it gets the current one.
 */
function judgeVersions(
  pod: Pod,
  offered: Inheritance,
  plans: PlanMemory,
  policy: InjectionPolicy,
): InjectionDecision {
  const next = plans.chosenFor(pod);
  const decision = judge({ pod, versions: { next } }, offered, plans, policy);
  const isTrial = next.length > 0 || inheritsVersion(offered);
  if (!isTrial || decision.outcome !== 'refused') return decision;
  const current = judge({ pod, versions: { next, isCurrent: true } }, offered, plans, policy);
  if (current.outcome === 'refused') return current;
  const warnings = decision.refusals.slice(0, maxNextRefused).map(nextRefused);
  return { ...current, warnings: [...warnings, ...current.warnings] };
}

/** More nobody reads of what is not refused. */
const maxNextRefused = 3;

function inheritsVersion({ origins }: Inheritance): boolean {
  return [...origins.keys()].some(key => key === `${switchKey(key)}.${versionParameter}`);
}

function judge(
  { pod, versions }: { readonly pod: Pod; readonly versions: VersionTraits },
  offered: Inheritance,
  plans: PlanMemory,
  policy: InjectionPolicy,
): InjectionDecision {
  const { before, named, findings } = readStatus(pod);
  const inheritance = wasInjected(before)
    ? withoutNews(pod.metadata.annotations ?? {}, offered, named)
    : offered;
  const plan = plans.planFor(pod, inheritance, versions);
  const open = plan.sidecars.filter(({ request }) => !Object.hasOwn(before.sidecars, request.name));
  const assembly: Assembly = {
    pod,
    annotations: inheritance.annotations,
    policy,
    containers: placedContainers(pod.spec),
    sidecars: open.flatMap(({ rendered }) => rendered ?? []),
    before,
    leftToOthers:
      inheritance.origins.size === 0
        ? plan.leftToOthers
        : [...new Set([...plan.leftToOthers, ...seenNames(pod)])],
  };
  const excess = open.length > 0 && plan.excess ? [plan.excess] : [];
  const planned = [...excess, ...plan.findings, ...open.flatMap(sidecar => sidecar.findings)];
  const isInjected = open.length < plan.sidecars.length;
  const decision = decide(assembly, [...findings, ...checkInjected(plan, before), ...planned], isInjected);
  return decision.outcome === 'refused'
    ? { ...decision, refusals: withOrigins(decision.refusals, inheritance.origins) }
    : decision;
}

/** `isInjected`: an earlier pass has put in something that is still asked for. */
function decide(found: Assembly, planned: readonly Finding[], isInjected: boolean): InjectionDecision {
  const { assembly, findings: volumeFindings } = adoptVolumes(found);
  const { pod, sidecars } = assembly;
  const { chosen, findings: choiceFindings } = chooseContainers(assembly);
  const { mounts, findings: mountFindings } = mountVolumes(assembly, chosen);
  const { variables, findings: variableFindings } = addVariables(chosen);
  const findings = [
    ...planned,
    ...volumeFindings,
    ...checks.flatMap(check => check(assembly)),
    ...choiceFindings,
    ...mountFindings,
    ...variableFindings,
    ...checkNestedMounts(assembly, mounts.added),
  ];
  const warnings = findings.filter(isWarning);
  if (warnings.length < findings.length)
    return { outcome: 'refused', refusals: findings.filter(isRefusal), warnings };
  if (sidecars.length === 0) {
    const reason = isInjected ? 'already-injected' : 'not-requested';
    const operations = seenMark(assembly);
    return { outcome: 'skipped', reason, ...(operations.length > 0 ? { operations } : {}), warnings };
  }
  const operations = patchFor(assembly, { mounts, variables, pullSecrets: addPullSecrets(assembly) });
  const tooLong = checkAnnotationsLength(pod, operations);
  if (tooLong.length > 0) return { outcome: 'refused', refusals: tooLong, warnings };
  checkPatch(pod, operations);
  return { outcome: 'injected', sidecars, operations, warnings };
}

const checks = [
  checkInjectAnnotation,
  checkPod,
  checkNames,
  checkVolumes,
  checkClaims,
  checkPorts,
  checkSidecarMounts,
  checkStorage,
  checkAnnotations,
  checkRoles,
  checkPullSecrets,
] as const;
