import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { differenceInWords } from '../../running-pods/difference.ts';
import { type SurveyedSidecar, surveyPod } from '../../running-pods/survey-pod.ts';
import { sourcesOfPod } from '../inheriting.ts';
import type { Circumstances } from './circumstances.ts';
import type { Told } from './explanation.ts';
import { type Judgement, judgePod } from './judgement.ts';
import { placesIn, sidecarsIn } from './sidecars-in.ts';
import { whyBare } from './why-bare.ts';

/** What a pod that exists has, and why it has no more than that. */
export function judgeRunningPod(pod: RunningPod, circumstances: Circumstances): Judgement {
  const { engine, surroundings } = circumstances;
  const judged = judgePod(pod, engine, onThePod);
  const present = sidecarsIn(pod, placesIn(pod, engine, onThePod));
  const surveyed = surveyPod(pod, engine.planFor, sourcesOfPod(engine, pod));
  const isBare = judged.reason === 'injected' || surveyed.some(({ state }) => state === 'bare');
  if (isBare) return { ...judged, problems: [...whyBare(pod, surveyed, surroundings), ...judged.problems] };
  const warnings = [...judged.warnings, ...surveyed.flatMap(outdated)];
  // Who opts out a pod that runs takes nothing from it.
  const problems = present.length > 0 && judged.reason === 'opted-out' ? [] : judged.problems;
  return { ...judged, sidecars: present, problems, warnings };
}

function onThePod(): string {
  return 'the pod';
}

/** A difference that is no reason for anything but a new pod. Edited annotations are told by the engine. */
function outdated(surveyed: SurveyedSidecar): readonly Told[] {
  const { container, difference, image, definitionImage, from } = surveyed;
  if (difference === 'inherited' || difference === 'added' || (difference === 'withdrawn' && from))
    return [
      {
        code: 'namespace-changed',
        where: `container ${container}`,
        message: `${container}: ${differenceInWords(difference, surveyed)}; a pod that runs stays as it is`,
        advice: 'restart the workload, so that it gets new pods',
      },
    ];
  if (difference !== 'image' && difference !== 'definition') return [];
  const images = difference === 'image' ? `: ${image}, now ${definitionImage}` : '';
  return [
    {
      code: 'definition-outdated',
      where: `container ${container}`,
      message: `${container} comes from an older definition: ${differenceInWords(difference, surveyed)}${images}`,
      advice:
        difference === 'image'
          ? 'sidecar-injector upgrade'
          : 'restart the workload, so that it gets new pods',
    },
  ];
}
