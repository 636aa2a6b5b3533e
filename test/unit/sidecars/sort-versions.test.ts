import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarFile,
  type SidecarSet,
  type SidecarSettings,
} from '../../../src/sidecars/sidecar-set.ts';
import { definitionText } from './definition-text.ts';

/** A good definition of a sidecar; the number is in its image. */
function good(sidecar: string, image = 1, parameter = 'level'): string {
  return definitionText(
    `parameters: {${parameter}: {type: integer, default: 1}}\ncontainer: {image: "example.com/${sidecar}:${image}"}`,
    sidecar,
  );
}

const bad = definitionText('container: {imge: "a:1"}', 'logs');

const current: SidecarFile = { name: 'logs.yaml', text: good('logs', 1) };
const next: SidecarFile = { name: 'logs.next.yaml', text: good('logs', 2) };

/** The set after these readings of the directory, one after the other. */
function setAfter(readings: readonly (readonly SidecarFile[])[], settings: SidecarSettings = {}): SidecarSet {
  return readings.reduce((set, files) => nextSidecarSet(set, files, settings), emptySidecarSet);
}

function imageOf(set: SidecarSet, version: 'sidecars' | 'next', name = 'logs'): unknown {
  const container = set[version].get(name)?.container;
  return container?.kind === 'literal' ? (container.value as { image: string }).image : undefined;
}

const problemsIn = (set: SidecarSet) => set.problems.map(inOneLine);

describe('two versions of a definition', () => {
  it('stand beside each other, told apart by the names of their files alone', () => {
    const set = setAfter([[next, current, { name: 'odd.next.yml', text: good('metrics', 3) }]]);
    expect(imageOf(set, 'sidecars')).toBe('example.com/logs:1');
    expect(imageOf(set, 'next')).toBe('example.com/logs:2');
    expect(imageOf(set, 'next', 'metrics')).toBe('example.com/metrics:3');
    expect(set.sidecars.get('logs')?.version).toBeUndefined();
    expect(set.next.get('logs')?.version).toBe('next');
    expect(set.problems).toEqual([]);
  });

  it('have one hash where they say the same, so that a promoted one is what pods have already', () => {
    const set = setAfter([[current, { ...next, text: current.text }]]);
    expect(set.next.get('logs')?.hash).toBe(set.sidecars.get('logs')?.hash);
  });

  it('become one where the next one is renamed', () => {
    const set = setAfter([[current, next], [{ name: 'logs.yaml', text: next.text }]]);
    expect(imageOf(set, 'sidecars')).toBe('example.com/logs:2');
    expect(set.next.size).toBe(0);
    expect(set.sidecars.get('logs')?.version).toBeUndefined();
  });

  it('do not touch each other: a next one that never was right is nothing to the other', () => {
    const set = setAfter([[current, { ...next, text: bad }]]);
    expect(imageOf(set, 'sidecars')).toBe('example.com/logs:1');
    expect(set.broken.size).toBe(0);
    expect(set.next.size).toBe(0);
    expect([...set.brokenNext.keys()]).toEqual(['logs']);
    expect(set.brokenNext.get('logs')).toMatch(/^logs\.next\.yaml:6: spec\.container/);
    expect(problemsIn(set)[0]).toMatch(/^logs\.next\.yaml:6/);
  });

  it('keep the last good text of a next one that became bad', () => {
    const set = setAfter([
      [current, next],
      [current, { ...next, text: bad }],
    ]);
    expect(imageOf(set, 'next')).toBe('example.com/logs:2');
    expect(set.brokenNext.size).toBe(0);
    expect(problemsIn(set)).not.toEqual([]);
  });

  it('do not touch each other the other way round', () => {
    const set = setAfter([[{ ...current, text: bad }, next]]);
    expect(set.sidecars.size).toBe(0);
    expect(set.broken.get('logs')).toMatch(/^logs\.yaml:6: /);
    expect(imageOf(set, 'next')).toBe('example.com/logs:2');
  });

  it('are told of where the next one stands alone, which is for those that ask for it', () => {
    const set = setAfter([[next]]);
    expect(imageOf(set, 'next')).toBe('example.com/logs:2');
    expect(set.broken).toEqual(
      new Map([['logs', 'only logs.next.yaml defines it, for pods that ask for its next version']]),
    );
    expect(set.problems).toEqual([]);
  });

  it('come from the first file by name where two have the next one', () => {
    const set = setAfter([[current, { name: 'a.next.yaml', text: good('logs', 5) }, next]]);
    expect(imageOf(set, 'next')).toBe('example.com/logs:5');
    expect(problemsIn(set)).toEqual([
      'logs.next.yaml:1:1: "logs" is defined in a.next.yaml too, which has it',
    ]);
  });

  it.each([
    ['logs.yaml', good('logs', 1, 'version'), good('logs', 2)],
    ['logs.next.yaml', good('logs', 1), good('logs', 2, 'version')],
  ])('cannot be where %s has a parameter of the name version', (file, text, nextText) => {
    const set = setAfter([
      [
        { ...current, text },
        { ...next, text: nextText },
      ],
    ]);
    const message = `${file} has a parameter "version", so sidecar.io/logs.version cannot say which version a pod gets; give it another name there`;
    expect(imageOf(set, 'sidecars')).toBe('example.com/logs:1');
    expect(set.next.size).toBe(0);
    expect(problemsIn(set)).toEqual([`logs.next.yaml:1:1: ${message}`]);
    expect(set.brokenNext.get('logs')).toBe(`logs.next.yaml:1: ${message}`);
  });

  it('leave a definition alone that has such a parameter and no next version', () => {
    expect(setAfter([[{ ...current, text: good('logs', 1, 'version') }]]).problems).toEqual([]);
  });
});

describe('what the configuration says of a next version', () => {
  const levelIn = (set: SidecarSet, version: 'sidecars' | 'next') =>
    set[version].get('logs')?.parameters.get('level')?.defaultValue?.text;

  it('is what it says of the sidecar, unless it has words of its own', () => {
    const shared = setAfter([[current, next]], { defaults: { logs: { level: '3' } } });
    expect([levelIn(shared, 'sidecars'), levelIn(shared, 'next')]).toEqual(['3', '3']);
    const own = setAfter([[current, next]], {
      defaults: { logs: { level: '3' }, 'logs.next': { level: '4' } },
    });
    expect([levelIn(own, 'sidecars'), levelIn(own, 'next')]).toEqual(['3', '4']);
  });

  it('breaks the next version alone where that has no such parameter', () => {
    const set = setAfter([[current, { ...next, text: good('logs', 2, 'depth') }]], {
      defaults: { logs: { level: '3' } },
    });
    expect(levelIn(set, 'sidecars')).toBe('3');
    expect(problemsIn(set)).toEqual([
      'logs.next.yaml:1:1: configuration defaults.logs.level: no such parameter',
    ]);
  });

  it('may wait for it, and stay when it was promoted', () => {
    const settings = {
      defaults: { 'logs.next': {} },
      images: { 'logs.next': 'a:1' },
      versions: { logs: { next: 10 } },
    };
    expect(setAfter([[current]], settings).problems).toEqual([]);
  });

  it('is told of where nobody defines the sidecar', () => {
    const settings = { images: { 'log.next': 'a:1' }, versions: { log: {}, 'logs.next': {} } };
    expect(problemsIn(setAfter([[current, next]], settings))).toEqual([
      'configuration:1:1: images.log.next: no file defines a sidecar of this name',
      'configuration:1:1: versions.log: no file defines a sidecar of this name; did you mean "logs"?',
      'configuration:1:1: versions.logs.next: no file defines a sidecar of this name',
    ]);
  });
});
