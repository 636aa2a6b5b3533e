import type { JsonObject } from '../../kubernetes/json.ts';
import type { Labels } from '../../kubernetes/label-selector.ts';
import { readRunningPod } from '../../kubernetes/running-pod.ts';
import type { Workload } from '../../kubernetes/workload.ts';
import { notCompiled, withInjector } from './by-policies.ts';
import type { Circumstances } from './circumstances.ts';
import { elsewhere } from './elsewhere.ts';
import { explainManifest, orMalformed, straysIn, withStrays } from './explain-manifest.ts';
import type { Explanation, Told } from './explanation.ts';
import { judgeRunningPod } from './judge-running-pod.ts';
import { judgeStoredTemplates } from './judge-stored-templates.ts';
import { explanationOf, type Judgement } from './judgement.ts';
import { type ObjectRole, roleOf } from './object-role.ts';
import { podsOf } from './pods-of.ts';
import { reachability } from './reachability.ts';
import { refusedPods } from './refused-pods.ts';

/**
 * Explains an object that a cluster has: a pod by what it is, what makes pods by those that it makes now and those that it
 * has.
 *
 * @throws MalformedObjectError where it is not what the Kubernetes API defines.
 */
export function explainStored(object: JsonObject, circumstances: Circumstances): Explanation {
  const { engine } = circumstances;
  const role = roleOf(object, engine.workloadKinds);
  if (role.role === 'other' || role.role === 'namespace') return explainManifest(object, engine);
  const strays = [
    ...straysIn(object, role, engine),
    ...elsewhere(role, circumstances.family, engine.workloadKinds),
  ];
  if (role.role === 'pod') {
    const judgement = judgeRunningPod(readRunningPod(object, 'Pod'), circumstances);
    const { problems, sidecars } = judgement;
    // A pod that has its sidecar needs nobody any more.
    const isWhole = sidecars.length > 0 && sidecars.every(({ isPresent }) => isPresent);
    const around = problems.length === 0 || isWhole ? nothingAround : theWay([], sidecars, circumstances);
    return explainedWith(withAround(withStrays(judgement, strays), around), 'injected', circumstances);
  }
  const judgement = judgeStoredTemplates(object, role, engine);
  const around = aroundNewPods(judgement, role, circumstances);
  const explained = explainedWith(
    withAround(withStrays(judgement, strays), around),
    'would-be-injected',
    circumstances,
  );
  const refused = refusedPods(circumstances.family.failedCreations, explained.problems);
  const all = explanationOf(withAround(explained, { problems: refused, warnings: [] }), 'would-be-injected');
  return { ...all, pods: podsOf(all, circumstances) };
}

/** Explains an object that is to be created in a cluster as it is written. */
export function explainNew(object: JsonObject, circumstances: Circumstances): Explanation {
  const { engine } = circumstances;
  return orMalformed(() => {
    const explained = explainManifest(object, engine);
    const around = aroundNewPods(explained, roleOf(object, engine.workloadKinds), circumstances);
    return explainedWith(withAround(explained, around), 'would-be-injected', circumstances);
  });
}

/** An explanation with who puts its sidecars in, where that is not the webhook. */
function explainedWith(
  judgement: Judgement,
  whenSidecars: Parameters<typeof explanationOf>[1],
  { surroundings }: Circumstances,
): Explanation {
  const explained = explanationOf(judgement, whenSidecars);
  return { ...explained, sidecars: withInjector(explained.sidecars, surroundings.installation) };
}

/** What the cluster has to do with it. */
interface Around {
  readonly problems: readonly Told[];
  readonly warnings: readonly Told[];
}

const nothingAround: Around = { problems: [], warnings: [] };

function withAround(judgement: Judgement, around: Around): Judgement {
  // What is wrong with another sidecar is only worth a warning.
  const isBroken = judgement.problems.some(({ code }) => code === 'broken-definition');
  const decides = ({ code }: Told) => isBroken && code === 'definition-broken-in-cluster';
  return {
    ...judgement,
    problems: [...judgement.problems, ...around.warnings.filter(decides), ...around.problems],
    warnings: [...judgement.warnings, ...around.warnings.filter(told => !decides(told))],
  };
}

/** What in the cluster keeps new pods from what the engine would give them; nothing where nobody asks for anything. */
function aroundNewPods(
  { sidecars, problems }: Judgement,
  role: ObjectRole,
  circumstances: Circumstances,
): Around {
  return sidecars.length === 0 && problems.length === 0
    ? nothingAround
    : theWay(labelsOfPods(role), sidecars, circumstances);
}

function theWay(
  pods: readonly Labels[],
  sidecars: Judgement['sidecars'],
  { surroundings }: Circumstances,
): Around {
  const unreached = [
    ...pods.flatMap(labels => reachability(labels, surroundings)),
    ...notCompiled(sidecars, surroundings.installation),
  ];
  const once = new Map(unreached.map(told => [told.message, told])).values();
  return { problems: [...once, ...surroundings.troubles], warnings: surroundings.doubts };
}

function labelsOfPods(role: ObjectRole): readonly Labels[] {
  const labelsIn = ({ template }: Workload) => template.metadata?.labels ?? {};
  switch (role.role) {
    case 'pod':
      return [role.pod.metadata.labels ?? {}];
    case 'workload':
      return [labelsIn(role.workload)];
    case 'unwatched':
      return role.templates.map(({ workload }) => labelsIn(workload));
    case 'namespace':
    case 'other':
      return [];
  }
}
