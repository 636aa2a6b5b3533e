import { describe, expect, it } from 'vitest';
import { selectorProblems } from '../../../src/kubernetes/selector-problems.ts';
import { judgedSelectors } from '../../judged-selectors.ts';

const problemsOf = (selector: unknown) =>
  selectorProblems(selector).map(({ path, seen, use }) => `${path}: ${JSON.stringify(seen)}; ${use}`);

describe('a label selector', () => {
  it.each(judgedSelectors)('is judged as the API server does: %s', (_title, selector, isRight) => {
    expect(problemsOf(selector).length === 0).toBe(isRight);
  });

  it('is told of all that is wrong at once, each with its place', () => {
    const selector = {
      matchlabels: {},
      matchLabels: { 'team/a/b': 'x', team: true },
      matchExpressions: [{ key: 'team', operator: 'in', value: ['a'] }, { key: 'a', operator: 'In' }, 'team'],
    };
    expect(problemsOf(selector)).toEqual([
      ': "matchlabels"; one of matchLabels, matchExpressions',
      '.matchLabels: "team/a/b"; the key of a label, such as team or example.com/team',
      '.matchLabels.team: true; a value of a label, in quotes',
      '.matchExpressions[0]: "value"; one of key, operator, values',
      '.matchExpressions[0].operator: "in"; one of In, NotIn, Exists, DoesNotExist',
      '.matchExpressions[1].values: undefined; at least one value with In',
      '.matchExpressions[2]: "team"; a map with key, operator and values',
    ]);
  });

  it('has no more than a person writes', () => {
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 'b']));
    const expressions = (count: number) =>
      Array.from({ length: count }, () => ({ key: 'a', operator: 'Exists' }));
    const values = (count: number) => [
      { key: 'a', operator: 'In', values: Array.from({ length: count }, () => 'b') },
    ];
    expect(problemsOf({ matchLabels: labels(20), matchExpressions: expressions(20) })).toEqual([]);
    expect(problemsOf({ matchExpressions: values(100) })).toEqual([]);
    expect(problemsOf({ matchLabels: labels(21), matchExpressions: expressions(21) })).toEqual([
      '.matchLabels: "21 labels"; at most 20',
      '.matchExpressions: "21 expressions"; at most 20',
    ]);
    expect(problemsOf({ matchExpressions: values(101) })).toEqual([
      '.matchExpressions[0].values: "101 values"; at most 100',
    ]);
  });
});
