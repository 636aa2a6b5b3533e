/**
 * Every flag that a sidecar of the library starts its program with is one that the program knows. Nothing is built here:
 * what has no program in ~/.cache/sidecar-injector/contrib/ as <program>-<version>, made by `go build`, is skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { goldenCases } from '../golden/golden-case.ts';

const cache = join(homedir(), '.cache/sidecar-injector/contrib');

/** The programs, by the name of the sidecar, and the arguments with which each tells its flags. */
const programs = [
  { sidecar: 'cloud-sql-proxy', program: 'cloud-sql-proxy', help: ['--help'] },
  { sidecar: 'config-reloader', program: 'prometheus-config-reloader', help: ['--help'] },
  { sidecar: 'kube-rbac-proxy', program: 'kube-rbac-proxy', help: ['--help'] },
  { sidecar: 'litestream', program: 'litestream', help: ['replicate', '-help'] },
  { sidecar: 'oauth2-proxy', program: 'oauth2-proxy', help: ['--help'] },
] as const;

const allCases = goldenCases();

const cached = existsSync(cache) ? readdirSync(cache).toSorted() : [];
const found = programs.map(entry => ({
  ...entry,
  file: cached.findLast(name => name.startsWith(`${entry.program}-`)),
}));
const missing = found.filter(({ file }) => file === undefined).map(({ program }) => program);
if (missing.length > 0) console.warn(`\nskipped: no ${missing.join(', ')} in ${cache}\n`);

describe.each(found)('$sidecar', ({ sidecar, file, help }) => {
  it.skipIf(file === undefined)('starts its program with flags that it knows', () => {
    const { stdout, stderr } = spawnSync(join(cache, file ?? ''), help, { encoding: 'utf8' });
    // kube-rbac-proxy has it from its log library, whose flags it does not tell.
    const known = new Set(
      [...`${stdout}${stderr}`.matchAll(/(?<![\w-])--?(?:\[no-\])?([a-z][a-z0-9-]*)/g)].map(
        ([, flag]) => flag,
      ),
    );
    const flags = new Set(containersOf(sidecar).flatMap(flagsOf));
    expect(flags.size).toBeGreaterThan(0);
    expect([...flags].filter(flag => flag !== 'v' && !known.has(flag))).toEqual([]);
  });
});

/** The container of a sidecar in each of its golden cases. */
function containersOf(sidecar: string): readonly V1Container[] {
  const cases = allCases.filter(({ name }) => name.startsWith(`contrib-${sidecar}-`));
  return cases.flatMap(({ pod, sidecars, policy }) => {
    const decision = inject(pod, sidecars, policy);
    if (decision.outcome !== 'injected') return [];
    const spec = applyPatch(pod, decision.operations)['spec'] as unknown as V1PodSpec;
    return [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => name === sidecar);
  });
}

function flagsOf({ args = [] }: V1Container): readonly string[] {
  return args.flatMap(arg => /^--?([a-z][a-z0-9-]*)/.exec(arg)?.[1] ?? []);
}
