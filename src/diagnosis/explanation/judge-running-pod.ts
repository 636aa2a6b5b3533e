import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { differences, type SurveyedSidecar, surveyPod } from '../../running-pods/survey-pod.ts';
import type { Circumstances } from './circumstances.ts';
import type { Told } from './explanation.ts';
import { type Judgement, judgePod } from './judgement.ts';
import { sidecarsIn } from './sidecars-in.ts';
import { whyBare } from './why-bare.ts';

/** What a pod that exists has, and why it has no more than that. */
export function judgeRunningPod(pod: RunningPod, circumstances: Circumstances): Judgement {
  const { engine, surroundings } = circumstances;
  const judged = judgePod(pod, engine, onThePod);
  const present = sidecarsIn(pod, onThePod);
  const surveyed = surveyPod(pod, engine.planFor);
  const isBare = judged.reason === 'injected' || surveyed.some(({ state }) => state === 'bare');
  if (isBare) return { ...judged, problems: [...whyBare(pod, surroundings), ...judged.problems] };
  const warnings = [...judged.warnings, ...surveyed.flatMap(outdated)];
  // Who opts out a pod that runs takes nothing from it.
  const problems = present.length > 0 && judged.reason === 'opted-out' ? [] : judged.problems;
  return { ...judged, sidecars: present, problems, warnings };
}

function onThePod(): string {
  return 'the pod';
}

/** A difference that is no reason for anything but a new pod. Edited annotations are told by the engine. */
function outdated({ container, difference, image, definitionImage }: SurveyedSidecar): readonly Told[] {
  if (difference !== 'image' && difference !== 'definition') return [];
  const images = difference === 'image' ? `: ${image}, now ${definitionImage}` : '';
  return [
    {
      code: 'definition-outdated',
      where: `container ${container}`,
      message: `${container} comes from an older definition: ${differences[difference]}${images}`,
      advice:
        difference === 'image'
          ? 'sidecar-injector upgrade'
          : 'restart the workload, so that it gets new pods',
    },
  ];
}
