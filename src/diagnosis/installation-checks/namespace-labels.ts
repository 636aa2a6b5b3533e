import { injectLabel } from '../../injection/request/annotation-keys.ts';
import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const namespaceLabels: InstallationCheck = {
  name: 'namespace-labels',
  category: 'namespaces',
  title: 'the labels sidecar.io/inject of namespaces mean something',
  judge: ({ namespaces }) => {
    if (!isKnown(namespaces)) return unread('namespaces', namespaces, 'warning');
    const labelled = namespaces.value.flatMap(({ name, labels }) => {
      const value = labels[injectLabel];
      return value === undefined ? [] : [{ name, value }];
    });
    const unknown = labelled.filter(({ value }) => !values.includes(value));
    if (unknown.length === 0) {
      const named = (wanted: string) =>
        labelled.filter(({ value }) => value === wanted).map(({ name }) => name);
      const told = [
        inWords('count for their pods', named('enabled')),
        inWords('left out', named('disabled')),
      ];
      return ok(told.flat().join('; ') || 'none is left out');
    }
    return warning(
      'namespace-label-unknown',
      `label ${injectLabel} of namespace ${inFewWords(unknown.map(({ name, value }) => `${name} is "${value}"`))}`,
      `write "enabled" to have its annotations count for its pods, "disabled" to leave it out, or remove the label: kubectl label namespace ${unknown[0]?.name} ${injectLabel}-`,
    );
  },
};

function inWords(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what}: ${inFewWords(names)}`];
}

const values: readonly string[] = ['enabled', 'disabled'];
