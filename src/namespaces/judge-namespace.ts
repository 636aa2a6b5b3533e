import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { withInherited } from '../injection/inheritance/with-inherited.ts';
import { type Refusal, refusal, type Warning, warning } from '../injection/reason.ts';
import { injectAnnotation, injectLabel } from '../injection/request/annotation-keys.ts';
import { excludedNamespaces } from './excluded-namespaces.ts';
import type { InjectionRule } from './injection-rule.ts';
import { type AnnotationsJudgement, type JudgingEngine, judgeAnnotations } from './judge-annotations.ts';
import type { NamespaceChange, NamespaceDecision } from './namespace-decision.ts';
import { factsOf, type NamespaceFacts } from './namespace-facts.ts';
import { previewNewPods } from './preview-new-pods.ts';
import { labelOf, sourcesFor } from './sources-for.ts';
import { ofExcluded, withoutEffect } from './without-effect.ts';

/** What a Namespace is judged by. */
export interface NamespaceJudge extends JudgingEngine {
  readonly rules: readonly InjectionRule[];
  /** Namespaces that are always left out; those of the usual installation where it is not said. */
  readonly excluded?: ReadonlySet<string>;
}

/**
 * Judges what is written on a Namespace: what would have all its new pods refused is refused where it is written, and who
 * writes is told what comes of it. What was stored so is told and refused no more. The Namespace is never changed.
 *
 * | the namespace is                 | its mistakes                          | what is told                       |
 * |----------------------------------|---------------------------------------|------------------------------------|
 * | excluded, or labelled `disabled` | nothing                               | that it has no effect              |
 * | labelled `enabled`               | refused; all of them where it was not | what new pods get and get no more  |
 * | any other                        | refused                               | that the label is missing          |
 */
export function judgeNamespace(change: NamespaceChange, judge: NamespaceJudge): NamespaceDecision {
  const now = factsOf(change.namespace);
  const stood = change.before && factsOf(change.before);
  if (stood && isSame(now, stood)) return judged([]);
  if ((judge.excluded ?? excludedNamespaces).has(now.name)) return judged(ofExcluded(now));
  if (labelOf(now) === 'disabled') return judged(withoutEffect(now));
  const [outlook, earlier] = [outlookOn(now, judge), outlookBefore(now, stood, judge)];
  const refusals = newOnes(outlook.refusals, earlier.refusals);
  const { warnings } = outlook.judgement;
  if (refusals.length > 0) return { outcome: 'refused', refusals, warnings };
  const stored = outlook.refusals.map(told => asWarning(told, outlook.isEnabled));
  const news = previewNewPods({
    name: now.name,
    isNew: stood === undefined,
    origins: outlook.origins,
    coming: comingIn(outlook),
    known: earlier.isEnabled ? comingIn(earlier) : new Map(),
    isOpen: outlook.refusals.length > 0,
  });
  return judged([...stored, ...withoutEffect(now, outlook.isAsking), ...news, ...warnings]);
}

/** Those that were not there before. Nobody has hundreds of them in earnest. */
function newOnes(refusals: readonly Refusal[], earlier: readonly Refusal[]): readonly Refusal[] {
  if (refusals.length > maxCompared || earlier.length > maxCompared) return refusals;
  const known = new Set(earlier.map(({ message }) => message));
  return refusals.filter(({ message }) => !known.has(message));
}

const maxCompared = 500;

function judged(warnings: readonly Warning[]): NamespaceDecision {
  return { outcome: 'skipped', reason: 'not-a-pod-creation', warnings };
}

/** What is to be expected of new pods that say nothing themselves. */
interface Outlook {
  readonly isEnabled: boolean;
  /** Whether anything counts for pods at all. */
  readonly isAsking: boolean;
  readonly refusals: readonly Refusal[];
  readonly judgement: AnnotationsJudgement;
  readonly origins: ReadonlyMap<string, string>;
}

/** As if the annotations counted: mistakes are told where they are made, also before the label is set. */
function outlookOn(facts: NamespaceFacts, judge: NamespaceJudge): Outlook {
  const enabled = { ...facts, labels: { ...facts.labels, [injectLabel]: 'enabled' } };
  const sources = sourcesFor(enabled, {}, judge.rules, judge.excluded);
  const annotations = allOf(sources);
  const judgement = judgeAnnotations(annotations, judge);
  return {
    isEnabled: labelOf(facts) === 'enabled',
    isAsking: Object.keys(annotations).length > 0,
    refusals: judgement.refusals.map(said => withLabelAdvice(said, facts)),
    judgement,
    origins: withInherited({}, sources).origins,
  };
}

/** What was so before the write. Whoever sets the label has annotations count that did not, whatever was stored. */
function outlookBefore(
  now: NamespaceFacts,
  stood: NamespaceFacts | undefined,
  judge: NamespaceJudge,
): Outlook {
  const isSwitchedOn = labelOf(now) === 'enabled' && (stood === undefined || labelOf(stood) !== 'enabled');
  const { name, labels, annotations } = stood ?? { ...now, labels: {}, annotations: {} };
  // What rules say is not what is written here.
  return outlookOn({ name, labels, annotations: isSwitchedOn ? {} : annotations }, judge);
}

function comingIn({ judgement, isEnabled }: Outlook): AnnotationsJudgement['sidecars'] {
  return isEnabled ? judgement.sidecars : new Map();
}

function allOf(sources: readonly AnnotationSource[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...sources.map(({ annotations }) => annotations));
}

function isSame(one: NamespaceFacts, other: NamespaceFacts): boolean {
  return (
    labelOf(one) === labelOf(other) &&
    Object.keys(one.annotations).length === Object.keys(other.annotations).length &&
    Object.entries(one.annotations).every(
      ([key, value]) => Object.hasOwn(other.annotations, key) && other.annotations[key] === value,
    )
  );
}

/** Whoever annotates what should be a label is told so. */
function withLabelAdvice(said: Refusal, { annotations }: NamespaceFacts): Refusal {
  const value = annotations[injectAnnotation] ?? '';
  if (said.code !== 'invalid-inject' || !['enabled', 'disabled'].includes(value)) return said;
  return refusal(said.code, said.where, () => `${said.message}, or set the label ${injectLabel}=${value}`);
}

function asWarning({ code, where, message }: Refusal, isEnabled: boolean): Warning {
  return warning(code, where, () => `${isEnabled ? 'new pods are refused: ' : ''}${message}`);
}
