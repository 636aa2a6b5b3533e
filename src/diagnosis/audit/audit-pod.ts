import { withInherited } from '../../injection/inheritance/with-inherited.ts';
import type { InjectionDecision } from '../../injection/inject.ts';
import { applyPatch } from '../../injection/patch/apply-patch.ts';
import type { Refusal, Warning } from '../../injection/reason.ts';
import { shouldSkip } from '../../injection/request/should-skip.ts';
import { uninject } from '../../injection/uninject.ts';
import { isGoing, type RunningPod } from '../../kubernetes/running-pod.ts';
import { type Difference, differenceInWords } from '../../running-pods/difference.ts';
import { type SurveyedSidecar, surveyPod } from '../../running-pods/survey-pod.ts';
import { sourcesOfPod } from '../inheriting.ts';
import type { AuditEngine } from './audit-engine.ts';
import { type AuditCode, type Seen, sidecarAt } from './audit-finding.ts';

/**
 * What is to be said of a pod that runs: which sidecars it lacks, or has otherwise than a new pod would, and why it could
 * not be created again as it is. Of a pod that has ended, or that opted out, there is nothing to say.
 */
export function auditPod(
  pod: RunningPod,
  engine: Pick<AuditEngine, 'planFor' | 'injector' | 'sourcesFor'>,
): readonly Seen[] {
  const sources = sourcesOfPod(engine, pod);
  const { annotations } = withInherited(pod.metadata.annotations ?? {}, sources.sources);
  if (isGoing(pod) || shouldSkip(pod, annotations) !== undefined) return [];
  const again = recreation(createdAgain(pod, engine.injector));
  const unknown = new Set(again.filter(isUnknownSidecar).map(({ sidecar }) => sidecar));
  // Nobody can give it a sidecar that there is not.
  const present = surveyPod(pod, engine.planFor, sources)
    .flatMap(difference)
    .filter(({ sidecar, code }) => !wanting.has(code) || !unknown.has(sidecar));
  return [...present, ...again];
}

/** Codes for what a pod lacks. */
const wanting: ReadonlySet<AuditCode> = new Set(['pod-bare', 'namespace-changed']);

/** The code under which a difference is known; of those that have none the engine says why. */
const codes: Readonly<Record<Difference, AuditCode | undefined>> = {
  image: 'definition-outdated',
  definition: 'definition-outdated',
  version: 'definition-outdated',
  parameters: 'parameters-changed',
  withdrawn: 'request-withdrawn',
  unplanned: undefined,
  missing: 'pod-bare',
  inherited: 'namespace-changed',
  added: 'namespace-changed',
};

function difference({
  sidecar,
  container,
  difference: what,
  from,
  ...images
}: SurveyedSidecar): readonly Seen[] {
  // Who asks no more is the namespace then, and not the pod.
  const code = what === 'withdrawn' && from !== undefined ? 'namespace-changed' : what && codes[what];
  if (what === undefined || code === undefined) return [];
  const { image = 'none', definitionImage = 'none' } = images;
  const moved = what === 'image' && image !== definitionImage ? `: ${image}, now ${definitionImage}` : '';
  const origin = from === undefined ? {} : { from };
  const message = `${container}: ${differenceInWords(what, origin)}${moved}`;
  return [{ sidecar: sidecar || container, code, message, about: 'present', ...origin }];
}

/** What the engine says of the pod without all that was put into it. */
function createdAgain(pod: RunningPod, injector: AuditEngine['injector']): InjectionDecision {
  const removal = uninject(pod);
  if (removal.outcome === 'refused') return { ...removal, warnings: [] };
  return injector(removal.outcome === 'uninjected' ? applyPatch(pod, removal.operations) : pod);
}

function recreation(decision: InjectionDecision): readonly Seen[] {
  if (decision.outcome === 'refused')
    return decision.refusals.map(refusal => seen(refusal, 'created again it is refused: '));
  return decision.warnings.filter(isUnknownSidecar).map(warning => seen(warning, ''));
}

/** Where the operator leaves it to others: whether there are any, nobody knows. */
function isUnknownSidecar({ code }: Pick<Seen, 'code'>): boolean {
  return code === 'unknown-sidecar';
}

function seen({ code, where, message }: Refusal | Warning, before: string): Seen {
  return { sidecar: sidecarAt(where), code, message: `${before}${message}`, about: 'next' };
}
