/**
 * Pod in, patch out, pod after: every directory here is a case. The expected files are written by
 * `UPDATE_GOLDEN=1 npx vitest run --project unit test/golden` and reviewed like code.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type InjectionDecision, inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { checkPatch } from '../../src/injection/patch/check-patch.ts';
import { type Finding, refusalReasons, skipReasons, warningReasons } from '../../src/injection/reason.ts';
import { placedContainers } from '../../src/kubernetes/containers.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { isPromisedPath, withoutAdditions } from '../additions.ts';
import { problemsOfArguments, problemsOfVariables } from '../git-sync-flags.ts';
import { containersIn } from '../injection-fixture.ts';
import { type GoldenCase, goldenCases, writtenFiles } from './golden-case.ts';

const advice =
  'run UPDATE_GOLDEN=1 npx vitest run --project unit test/golden, and review what changed like code';

const decided = goldenCases().map(golden => ({
  ...golden,
  golden,
  decision: inject(golden.pod, golden.sidecars, golden.policy, golden.sources),
}));

const injected = decided.flatMap(({ golden, name, pod, decision }) => {
  if (decision.outcome !== 'injected') return [];
  const { operations } = decision;
  return [
    { golden, name, pod, decision, operations, after: applyPatch(pod, operations) as Pod & JsonObject },
  ];
});

describe.each(decided)('$name', ({ golden, decision }) => {
  it('gives what its files say', () => {
    const expected = expectedFiles(golden, decision);
    if (process.env['UPDATE_GOLDEN'] === '1') writeAll(golden, expected);
    expect(readAll(golden), advice).toEqual(expected);
  });

  it('has no file that nothing reads', () => {
    expect(golden.strayFiles, `remove them from test/golden/${golden.name}`).toEqual([]);
  });

  it('says each thing in one line, and a warning in at most 120 characters', () => {
    for (const { kind, message } of findingsOf(decision)) {
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      if (kind === 'warning') expect(message.length, message).toBeLessThanOrEqual(120);
    }
  });
});

describe.each(injected)('$name', ({ golden, pod, decision, operations, after }) => {
  it('leaves all that the user wrote as it is, byte for byte', () => {
    const restored = withoutAdditions(pod, after);
    expect(restored).toEqual(pod);
    expect(JSON.stringify(restored)).toBe(JSON.stringify(pod));
  });

  it('leaves the containers alone that no annotation names', () => {
    const mounted = operations.flatMap(({ path }) => /^\/spec\/containers\/(\d+)\//.exec(path)?.[1] ?? []);
    containersIn(pod).forEach((container, index) => {
      if (mounted.includes(String(index))) return;
      expect(JSON.stringify(containersIn(after)[index])).toBe(JSON.stringify(container));
    });
  });

  it('only adds, and only where it may', () => {
    expect(operations.map(({ op }) => op)).toEqual(operations.map(() => 'add'));
    expect(operations.map(({ path }) => path).filter(path => !isPromisedPath(path, pod))).toEqual([]);
    expect(() => checkPatch(pod, operations)).not.toThrow();
  });

  it('is settled after one pass', () => {
    const second = inject(after, golden.sidecars, golden.policy, golden.sources);
    expect(second).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
  });

  it('gives every container and volume a name of its own', () => {
    const containers = placedContainers(after.spec).map(({ container }) => container.name);
    const volumes = (after.spec.volumes ?? []).map(({ name }) => name);
    expect(containers).toEqual([...new Set(containers)]);
    expect(volumes).toEqual([...new Set(volumes)]);
  });

  it('mounts only volumes that the pod has', () => {
    const volumes = (after.spec.volumes ?? []).map(({ name }) => name);
    const added = decision.sidecars.flatMap(({ initContainers, containers }) => [
      ...initContainers,
      ...containers,
    ]);
    const mounted = added.flatMap(({ volumeMounts }) => volumeMounts ?? []).map(({ name }) => name);
    expect(mounted.filter(name => !volumes.includes(name))).toEqual([]);
  });

  it('starts git-sync with flags and variables that it knows', () => {
    const containers = placedContainers(after.spec)
      .map(({ container }) => container as unknown as GitSyncContainer)
      .filter(({ image }) => image?.includes('/git-sync:'));
    for (const { args, env } of containers) {
      expect(problemsOfArguments(args)).toEqual([]);
      expect(problemsOfVariables(env)).toEqual([]);
    }
  });
});

interface GitSyncContainer {
  readonly image?: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

describe('the golden cases', () => {
  it('are there', () => {
    expect(decided.length).toBeGreaterThanOrEqual(90);
    expect(injected.length).toBeGreaterThanOrEqual(50);
  });

  it('show every reason that the injector can give', () => {
    // Not a matter of the pod: the answer to a review of something else, see the tests of workloads.
    const elsewhere = [
      ...['no-pod-template', 'not-a-pod-creation', 'template-unchanged', 'workloads-off', 'not-injected'],
    ];
    // It takes a pod of a quarter of a mebibyte, see its own test.
    const large = ['annotations-too-long'];
    const ofManifests = ['malformed-object'];
    // A matter of what is known of the cluster, see the tests of admission.
    const ofNamespaces = ['namespace-unknown'];
    const ofWorkloads = [
      ...['pods-change', 'overruled', 'carried-again', 'left-in-template', 'not-carried', 'template-fixed'],
      ...['template-copied', 'restarts-count', 'exit-codes-shared', 'no-pod-template'],
      'namespace-without-effect',
    ];
    const skips = decided.flatMap(({ decision }) =>
      decision.outcome === 'skipped' ? [decision.reason] : [],
    );
    const findings = decided.flatMap(({ decision }) => findingsOf(decision));
    const codes = (kind: string) =>
      sorted(findings.filter(finding => finding.kind === kind).map(({ code }) => code));
    expect(sorted([...skips, ...elsewhere])).toEqual(sorted(Object.keys(skipReasons)));
    expect(sorted([...codes('refusal'), ...large, ...ofManifests, ...ofNamespaces])).toEqual(
      sorted(Object.keys(refusalReasons)),
    );
    expect(sorted([...codes('warning'), ...ofWorkloads])).toEqual(sorted(Object.keys(warningReasons)));
  });
});

describe('the table of flags', () => {
  const base = ['--repo=https://example.com/x', '--root=/git/.git-sync'];

  it.each([
    [['--branch=main'], '--branch does not exist'],
    [['--one-time', 'true'], 'stray word true'],
    [['--one-time=yes'], '--one-time: yes is no bool'],
    [['--period', '60s'], '--period has no value'],
    [['--period=60'], '--period: 60 is no duration'],
    [['--period=1ms'], '--period: 1ms is below 0.01'],
    [['--depth=-1'], '--depth: -1 is below 0'],
    [['--depth=one'], '--depth: one is no int'],
    [['--submodules=deep'], '--submodules: deep is not one of recursive,shallow,off'],
    [['--ref='], '--ref is empty'],
    [['--ref=a', '--ref=b'], '--ref is given twice'],
    [['--filter=blob:none'], '--filter would end versions before 4.7.0'],
    [['--http-metrics'], '--http-metrics needs --http-bind'],
    [['-v=1'], 'stray word -v=1'],
  ])('finds the fault in %j', (args, problem) => {
    expect(problemsOfArguments([...base, ...args])).toContain(problem);
  });

  it('finds what is missing', () => {
    expect(problemsOfArguments([])).toEqual(['--repo is missing', '--root is missing']);
  });

  it('accepts what git-sync accepts', () => {
    const args = [
      ...base,
      '--period=1m30s',
      '--one-time',
      '--ssh-key-file=/a',
      '--ssh-key-file=/b',
      '--verbose=6',
    ];
    expect(problemsOfArguments(args)).toEqual([]);
  });

  it.each([
    [{ name: 'GITSYNC_INIT_PERIOD', value: '' }, 'GITSYNC_INIT_PERIOD is empty'],
    [{ name: 'GITSYNC_INIT_PERIOD', value: '2' }, 'GITSYNC_INIT_PERIOD: 2 is no duration'],
    [{ name: 'GITSYNC_INITPERIOD', value: '2s' }, 'GITSYNC_INITPERIOD is unknown, so it would be ignored'],
    [{ name: 'GIT_SYNC_REPO', value: 'x' }, 'GIT_SYNC_REPO is a name of version 3, and it would win'],
  ])('finds the fault in %j', (variable, problem) => {
    expect(problemsOfVariables([variable])).toEqual([problem]);
  });
});

function findingsOf(decision: InjectionDecision): readonly Finding[] {
  return decision.outcome === 'refused' ? [...decision.refusals, ...decision.warnings] : decision.warnings;
}

type Files = Readonly<Record<string, string>>;

function expectedFiles({ pod }: GoldenCase, decision: InjectionDecision): Files {
  const files = { 'decision.json': json(inWords(decision)) };
  const operations = decision.outcome === 'refused' ? undefined : decision.operations;
  if (operations === undefined) return files;
  const after = applyPatch(pod, operations);
  return {
    ...files,
    'patch.json': json(operations),
    'pod-after.yaml': stringify(after, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}

function inWords(decision: InjectionDecision): object {
  const told = (findings: readonly Finding[]) => findings.map(({ code, message }) => ({ code, message }));
  const { outcome, warnings } = decision;
  switch (decision.outcome) {
    case 'injected': {
      const modes = decision.sidecars.map(({ instance, mode }) => [instance.name, mode]);
      return { outcome, modes: Object.fromEntries(modes), warnings: told(warnings) };
    }
    case 'skipped':
      return { outcome, reason: decision.reason, warnings: told(warnings) };
    case 'refused':
      return { outcome, problems: told(decision.refusals), warnings: told(warnings) };
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value as Json, null, 2)}\n`;
}

function readAll({ directory }: GoldenCase): Files {
  const present = writtenFiles.filter(file => existsSync(join(directory, file)));
  return Object.fromEntries(present.map(file => [file, readFileSync(join(directory, file), 'utf8')]));
}

function writeAll({ directory }: GoldenCase, files: Files): void {
  for (const file of writtenFiles) {
    const text = files[file];
    if (text === undefined) rmSync(join(directory, file), { force: true });
    else writeFileSync(join(directory, file), text);
  }
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
