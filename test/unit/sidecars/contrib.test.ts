/** The library in sidecars/contrib/: right, documented with examples that are true, and not installed by itself. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { inject } from '../../../src/injection/inject.ts';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import type { Pod } from '../../../src/kubernetes/pod.ts';
import { readSidecarFiles } from '../../../src/sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { contribNames, examplePods, kustomizedDefinitions } from '../../contrib-library.ts';
import { type GoldenCase, goldenCases } from '../../golden/golden-case.ts';
import { contribFiles, defaultPolicy, shippedFiles } from '../../injection-fixture.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const set = nextSidecarSet(emptySidecarSet, [...shippedFiles, ...contribFiles]);
const definitions = contribNames.flatMap(name => set.sidecars.get(name) ?? []);

const allCases = goldenCases();

function casesOf(name: string): readonly GoldenCase[] {
  return allCases.filter(golden => golden.name.startsWith(`contrib-${name}-`));
}

function annotated(pod: Pod, annotations: Readonly<Record<string, string>>): Pod {
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } },
  };
}

/** The container of a sidecar in each of its golden cases. */
function goldenContainers(name: string): readonly V1Container[] {
  return casesOf(name)
    .map(({ pod, sidecars, policy }) => {
      const decision = inject(pod, sidecars, policy);
      if (decision.outcome !== 'injected') throw new Error(JSON.stringify(decision));
      const { initContainers, containers } = applyPatch(pod, decision.operations)[
        'spec'
      ] as unknown as V1PodSpec;
      return [...(initContainers ?? []), ...containers].find(container => container.name === name);
    })
    .filter(container => container !== undefined);
}

describe('the library', () => {
  it('has the thirteen that it promises, each in a file of its name', () => {
    expect(set.problems).toEqual([]);
    expect(definitions.map(({ name }) => name)).toEqual(contribNames);
    expect(contribNames).toHaveLength(13);
  });

  it('is not read with the directory above it, and not installed', async () => {
    const read = (await readSidecarFiles(join(root, 'sidecars'))).map(({ name }) => name);
    expect(read.filter(file => contribNames.includes(file.replace('.yaml', '')))).toEqual([]);
    expect(readFileSync(join(root, 'sidecars/kustomization.yaml'), 'utf8')).not.toContain('contrib');
  });

  it.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)(
    'is installed by one line for each',
    () => {
      const data = kustomizedDefinitions(join(temporaryDirectory(), 'sidecars'));
      for (const { name, text: definition } of contribFiles) expect(data[name]).toBe(definition);
      expect(Object.keys(data)).toHaveLength(shippedFiles.length + contribNames.length);
    },
  );
});

describe.each(definitions.map(definition => ({ name: definition.name, definition })))(
  '$name',
  ({ name, definition }) => {
    const examples = examplePods(name);

    it('says where its schema is', () => {
      const text = contribFiles.find(file => file.name === `${name}.yaml`)?.text;
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/sidecar\.schema\.json\n# https:\/\//);
    });

    it('has a page with an example that is admitted without a warning', () => {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const decision = inject(example, set, defaultPolicy);
        expect(decision).toMatchObject({ outcome: 'injected', warnings: [] });
      }
    });

    it.each(definition.modes)('goes into the pod of its page in mode %s', mode => {
      for (const example of examples) {
        const decision = inject(
          annotated(example, { [`sidecar.io/${name}.mode`]: mode }),
          set,
          defaultPolicy,
        );
        expect(decision).toMatchObject({ outcome: 'injected', sidecars: [{ mode }] });
      }
    });

    it('has golden cases that set each of its parameters', () => {
      const cases = casesOf(name);
      expect(cases.map(golden => golden.name)).toContain(`contrib-${name}-least`);
      const set = cases.flatMap(golden => Object.keys(golden.pod.metadata.annotations ?? {}));
      const own = [...definition.parameters.values()].filter(
        parameter => !parameter.isCommon && !definition.switchValue.parameters.includes(parameter),
      );
      expect(
        own.map(parameter => `sidecar.io/${name}.${parameter.name}`).filter(key => !set.includes(key)),
      ).toEqual([]);
    });

    it('has no secret in an argument, and lists every port that its probes ask', () => {
      for (const container of goldenContainers(name)) {
        expect(JSON.stringify([container.command, container.args])).not.toMatch(
          /\$\(\w*(PASSWORD|TOKEN|SECRET|KEY)/,
        );
        const listed = (container.ports ?? []).map(({ containerPort }) => containerPort);
        const probes = JSON.stringify([
          container.startupProbe,
          container.readinessProbe,
          container.livenessProbe,
        ]);
        const asked = [...probes.matchAll(/"port":(\d+)/g)].map(([, port]) => Number(port));
        expect(asked.filter(port => !listed.includes(port))).toEqual([]);
      }
    });
  },
);
