import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linkOf } from '../../../src/cli/diagnosis/check-report.ts';
import { checkCategories } from '../../../src/diagnosis/diagnosis.ts';
import { checksAfter, checksBefore, checksOfPolicies } from '../../../src/diagnosis/installation-checks.ts';
import { type Obstacle, obstacles } from '../../../src/diagnosis/obstacles.ts';
import { refusalReasons, skipReasons, warningReasons } from '../../../src/injection/reason.ts';

const page = readFileSync(new URL('../../../docs/checks.md', import.meta.url), 'utf8');
const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
const checks = [
  ...new Map(
    [...checksBefore, ...checksAfter, ...checksOfPolicies].map(check => [check.name, check]),
  ).values(),
];

describe('docs/checks.md', () => {
  it('has a heading for each check and no other', () => {
    expect(headings.toSorted()).toEqual(checks.map(({ name }) => name).toSorted());
  });

  it.each(checks)('is where the link of $name leads', ({ name }) => {
    const [file, heading] = linkOf(name).split('#');
    expect(file).toBe('docs/checks.md');
    expect(headings).toContain(heading);
  });

  it('names only codes that there are', () => {
    const known = [...Object.keys(obstacles), ...checks.map(({ name }) => name)];
    const named = [...page.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code]) => code ?? '');
    const others = [
      'sidecar-injector',
      'cluster-admin',
      // Components of deploy/.
      'cluster-wide',
      'namespaces-ignore',
      'sidecar-injector-sidecars',
      'sidecar-injector-status',
    ];
    expect(named.filter(code => !known.includes(code) && !others.includes(code))).toEqual([]);
  });
});

describe('checks', () => {
  it('stand together by category, in the order of the categories', () => {
    for (const list of [checksBefore, checksAfter, checksOfPolicies]) {
      const places = list.map(({ category }) => checkCategories.indexOf(category));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });
});

describe('an obstacle', () => {
  it.each(Object.keys(obstacles) as readonly Obstacle[])('%s is no reason of the engine', code => {
    expect(Object.keys({ ...skipReasons, ...refusalReasons, ...warningReasons })).not.toContain(code);
  });
});
