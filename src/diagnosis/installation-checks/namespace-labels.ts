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
      const value = labels[key];
      return value === undefined ? [] : [{ name, value }];
    });
    const unknown = labelled.filter(({ value }) => !values.includes(value));
    if (unknown.length === 0) {
      const disabled = labelled.filter(({ value }) => value === 'disabled').map(({ name }) => name);
      return ok(disabled.length === 0 ? 'none is left out' : `left out: ${inFewWords(disabled)}`);
    }
    return warning(
      'namespace-label-unknown',
      `label ${key} of namespace ${inFewWords(unknown.map(({ name, value }) => `${name} is "${value}"`))}`,
      `write "disabled" to leave a namespace out, or remove the label: kubectl label namespace ${unknown[0]?.name} ${key}-`,
    );
  },
};

const key = 'sidecar.io/inject';

const values: readonly string[] = ['enabled', 'disabled'];
