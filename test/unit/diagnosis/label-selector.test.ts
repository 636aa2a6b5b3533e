import { expect, it } from 'vitest';
import { chooses } from '../../../src/diagnosis/label-selector.ts';
import type { Json } from '../../../src/kubernetes/json.ts';

const expression = (operator: string, ...values: readonly string[]): Json => ({
  matchExpressions: [{ key: 'team', operator, values }],
});

it.each<readonly [selector: Json | undefined, labels: Readonly<Record<string, string>>, isChosen: boolean]>([
  [undefined, {}, true],
  [{}, {}, true],
  [{ matchLabels: { team: 'a' } }, { team: 'a', x: 'y' }, true],
  [{ matchLabels: { team: 'a' } }, { team: 'b' }, false],
  [{ matchLabels: { team: 'a' } }, {}, false],
  [expression('In', 'a', 'b'), { team: 'b' }, true],
  [expression('In', 'a', 'b'), { team: 'c' }, false],
  [expression('In', 'a', 'b'), {}, false],
  [expression('NotIn', 'a'), { team: 'a' }, false],
  [expression('NotIn', 'a'), { team: 'b' }, true],
  [expression('NotIn', 'a'), {}, true],
  [expression('Exists'), { team: 'a' }, true],
  [expression('Exists'), {}, false],
  [expression('DoesNotExist'), { team: 'a' }, false],
  [expression('DoesNotExist'), {}, true],
  [{ matchLabels: { constructor: 'x' } }, {}, false],
])('selector %j on labels %j: %s', (selector, labels, isChosen) => {
  expect(chooses(selector, labels)).toBe(isChosen);
});
