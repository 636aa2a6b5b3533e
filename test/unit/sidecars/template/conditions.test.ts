import { describe, expect, it } from 'vitest';
import { doHold } from '../../../../src/sidecars/template/conditions.ts';
import { parseConditions } from '../../../../src/sidecars/template/template.ts';

const values = new Map([
  ['repo', { text: 'git@a:b', value: 'git@a:b', facts: ['ssh'] }],
  ['plain', { text: 'x', value: 'x' }],
]);

describe('conditions', () => {
  it.each<[string | readonly string[], boolean]>([
    ['repo', true],
    ['!repo', false],
    ['absent', false],
    ['!absent', true],
    ['repo.ssh', true],
    ['repo.https', false],
    ['!repo.https', true],
    ['plain.ssh', false],
    ['absent.ssh', false],
    ['!absent.ssh', true],
    ['run.once', false],
    ['!run.once', true],
    [['repo', 'repo.ssh', '!absent'], true],
    [['repo', 'absent'], false],
    [['!repo', '!absent'], false],
  ])('%j: %j', (written, expected) => {
    const conditions = parseConditions(written as string | string[]);
    expect(doHold(conditions, { values, isOnce: false })).toBe(expected);
  });

  it('ask whether the run ends', () => {
    expect(doHold(parseConditions('run.once'), { values, isOnce: true })).toBe(true);
    expect(doHold(parseConditions('!run.once'), { values, isOnce: true })).toBe(false);
  });
});
