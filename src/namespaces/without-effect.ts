import { type Warning, warning } from '../injection/reason.ts';
import { injectAnnotation, injectLabel, isRequestKey } from '../injection/request/annotation-keys.ts';
import { shownKey, shownValue } from '../injection/shown-value.ts';
import type { NamespaceFacts } from './namespace-facts.ts';
import { labelOf } from './sources-for.ts';
import { withCommand } from './with-command.ts';

/**
 * What is written on a Namespace and has no effect: a label without an annotation or with a value that means nothing,
 * annotations without the label. `isAsking`: whether anything counts for its pods, be it a rule.
 */
export function withoutEffect(facts: NamespaceFacts, isAsking = true): readonly Warning[] {
  const keys = Object.keys(facts.annotations);
  const idle = keys.filter(key => key !== injectAnnotation && !isRequestKey(key));
  return [
    ...idle.map(key => told(shownKey(key), `${shownKey(key)} on a Namespace has no effect`)),
    ...ofLabel(facts, isAsking),
  ];
}

/** What is said of a namespace that is always left out, where something is written on it. */
export function ofExcluded(facts: NamespaceFacts): readonly Warning[] {
  const isMeant = Object.keys(facts.annotations).length > 0 || labelOf(facts) === 'enabled';
  const message = `${facts.name} is always left out: its label and annotations of sidecar.io/ have no effect`;
  return isMeant ? [told(injectLabel, message)] : [];
}

function ofLabel(facts: NamespaceFacts, isAsking: boolean): readonly Warning[] {
  const label = labelOf(facts);
  const isAnnotated = Object.keys(facts.annotations).some(
    key => key === injectAnnotation || isRequestKey(key),
  );
  if (label === 'enabled') {
    if (isAsking) return [];
    const command = `kubectl annotate namespace ${facts.name} sidecar.io/<name>=true`;
    return withCommand('no annotation asks for a sidecar yet', command).map(text => told(injectLabel, text));
  }
  if (label !== undefined && label !== 'disabled')
    return [told(injectLabel, `label ${injectLabel}: got ${shownValue(label)}; use enabled or disabled`)];
  if (!isAnnotated) return [];
  if (label === 'disabled')
    return [told(injectLabel, 'annotations of a namespace that is labelled disabled have no effect')];
  const count = 'annotations of a namespace count with its label only';
  const command = `kubectl label namespace ${facts.name} ${injectLabel}=enabled`;
  return withCommand(count, command).map(text => told(injectLabel, text));
}

function told(where: string, message: string): Warning {
  return warning('namespace-without-effect', where, () => message);
}
