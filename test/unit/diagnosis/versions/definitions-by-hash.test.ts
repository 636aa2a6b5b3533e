import { describe, expect, it } from 'vitest';
import {
  compareDefinitions,
  differencesInWords,
} from '../../../../src/diagnosis/versions/compare-definitions.ts';
import { definitionsByHash } from '../../../../src/diagnosis/versions/definitions-by-hash.ts';
import { definitionsInForce } from '../../../../src/diagnosis/versions/definitions-in-force.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { definitionText } from '../../sidecars/definition-text.ts';

const logs = (tag: string) => ({
  name: 'logs.yaml',
  text: definitionText(`container: {image: "example.com/logs:${tag}"}`),
});
const setOf = (tag: string) => nextSidecarSet(emptySidecarSet, [logs(tag)]);
const [older, inForce, newer] = [setOf('v1'), setOf('v2'), setOf('v3')];
const told = definitionsInForce(inForce, {});

describe('the definitions in force', () => {
  it('are those with their hash, wherever they lie', () => {
    const { set, missing } = definitionsByHash(told, [older, inForce, newer]);
    expect(missing).toEqual([]);
    expect(definitionsInForce(set, {})).toEqual(told);
    expect([...set.sidecars.values()]).toEqual([...inForce.sidecars.values()]);
  });

  it('are missing where there are only older and newer ones', () => {
    const { set, missing } = definitionsByHash(told, [older, newer]);
    expect(missing).toEqual(told);
    expect([...set.sidecars]).toEqual([]);
  });

  it('are no others that happen to lie there', () => {
    expect([...definitionsByHash([], [older, inForce]).set.sidecars]).toEqual([]);
  });

  it('leave out a sidecar that never had a good version, whose pods are refused', () => {
    const bad = { sidecar: 'audit', file: 'audit.yaml', problem: 'line 1: no kind' };
    const stale = { sidecar: 'logs', file: 'logs-2.yaml', problem: 'is defined in logs.yaml too' };
    const { set, missing } = definitionsByHash([...told, bad, stale], [inForce]);
    expect(missing).toEqual([]);
    expect([...set.broken]).toEqual([['audit', 'audit.yaml: line 1: no kind']]);
  });
});

describe('the definitions in force in two versions', () => {
  const both = nextSidecarSet(emptySidecarSet, [logs('v1'), { ...logs('v2'), name: 'logs.next.yaml' }]);
  const ofBoth = definitionsInForce(both, {});

  it('are told apart, and compared each with its own', () => {
    expect(ofBoth.map(({ file, version, image }) => [file, version, image])).toEqual([
      ['logs.yaml', undefined, 'example.com/logs:v1'],
      ['logs.next.yaml', 'next', 'example.com/logs:v2'],
    ]);
    const other = nextSidecarSet(emptySidecarSet, [logs('v1'), { ...logs('v3'), name: 'logs.next.yaml' }]);
    expect(differencesInWords(compareDefinitions(ofBoth, definitionsInForce(other, {})))).toMatch(
      /^logs\.next \([0-9a-f]{16} here, [0-9a-f]{16} there\)$/,
    );
    expect(compareDefinitions(ofBoth, ofBoth)).toEqual([]);
  });

  it('are found each by its own hash', () => {
    const { set, missing } = definitionsByHash(ofBoth, [both]);
    expect(missing).toEqual([]);
    expect([set.sidecars.get('logs'), set.next.get('logs')]).toEqual([
      both.sidecars.get('logs'),
      both.next.get('logs'),
    ]);
    expect(definitionsInForce(set, {})).toEqual(ofBoth);
  });

  it('leave out a next version that never was right', () => {
    const bad = {
      sidecar: 'logs',
      version: 'next',
      file: 'logs.next.yaml',
      problem: 'line 1: no kind',
    } as const;
    const { set } = definitionsByHash([...definitionsInForce(older, {}), bad], [older]);
    expect([...set.brokenNext]).toEqual([['logs', 'logs.next.yaml: line 1: no kind']]);
    expect([...set.broken]).toEqual([]);
  });
});
