/**
 * A definition that passes validate makes pods that the API server admits: each that is in the repository, and random
 * ones. `npm run test:definitions` tries as many random ones as docs/sidecars.md says.
 */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import { inOneLine } from '../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../src/sidecars/parse-definition.ts';
import { engineProblems } from '../../src/trial/engine-problems.ts';
import { randomDefinition } from '../definitions/random-definition.ts';
import { blocksOf, documents } from '../documents.ts';
import { ApiClient } from './api-client.ts';
import { inLanes, judge } from './dry-run.ts';
import { controlPlane, describeWithApiServer } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

/** How many random definitions that validate accepts are tried. */
const wanted = Number(process.env['SIDECAR_INJECTOR_DEFINITIONS'] ?? 200);
const seed = Number(process.env['SIDECAR_INJECTOR_DEFINITIONS_SEED'] ?? 20_261_126);

/** How many of the scenarios of a random definition: the least and the most among them. */
const scenarios = 6;

// Those of tests are popular ones that are not in the library: what the language has to be able to say.
const files = ['sidecars/**/*.yaml', 'test/real-sidecars/*.yaml'].flatMap(pattern =>
  globSync(pattern, { exclude: ['**/kustomization.yaml'] }),
);
const written = files.map(file => ({ file, text: readFileSync(file, 'utf8') }));
const shown = documents.flatMap(document =>
  blocksOf(document).flatMap(block =>
    'file' in block && block.content.includes('kind: Sidecar\n')
      ? [{ file: document, text: block.content }]
      : [],
  ),
);

describeWithApiServer('a definition that validate accepts', () => {
  const namespace = useNamespace();
  let api: ApiClient;
  beforeAll(() => {
    api = new ApiClient(controlPlane());
  });
  afterAll(() => api.close());

  it.each(written)('makes pods that are admitted: $file', async ({ file, text }) => {
    const { definition, problems = [] } = { problems: [], ...parseDefinition(file, text) };
    expect(problems.map(inOneLine)).toEqual([]);
    const judged = definition && (await judge(api, namespace().name, definition));
    expect(judged).toMatchObject({ problems: [] });
    expect(judged?.admitted).toBeGreaterThan(0);
  });

  it('makes pods that are admitted where a document shows it', async () => {
    const definitions = shown.flatMap(({ file, text }) => parseDefinition(file, text).definition ?? []);
    expect(definitions.length).toBeGreaterThan(0);
    for (const definition of definitions) {
      expect(await judge(api, namespace().name, definition)).toMatchObject({ problems: [] });
    }
  });

  it(
    'makes pods that are admitted whatever is in it',
    async () => {
      const { accepted, generated } = acceptedDefinitions();
      const problems: object[] = [];
      let [pods, withoutPods] = [0, 0];
      await inLanes(accepted, async ({ document, definition }) => {
        const judged = await judge(api, namespace().name, definition, scenarios);
        pods += judged.admitted;
        if (judged.admitted + judged.problems.length === 0) withoutPods += 1;
        if (judged.problems.length > 0) problems.push({ problem: judged.problems[0], document });
      });
      const admitted = accepted.length - problems.length;
      console.info(
        `definitions at random, seed ${seed}: ${generated} generated, ${accepted.length} accepted, ` +
          `${admitted} with all their pods admitted, ${withoutPods} of them without a pod that the engine makes; ` +
          `${pods} different pods`,
      );
      expect(problems.slice(0, 20), `${problems.length} of ${accepted.length}, seed ${seed}`).toEqual([]);
      expect(accepted).toHaveLength(wanted);
      // Otherwise little was tried.
      expect(withoutPods / wanted).toBeLessThan(0.05);
    },
    60_000 + 300 * wanted,
  );
});

/** Random definitions in which validate finds no error, and how many had to be made for them. */
function acceptedDefinitions() {
  const accepted: { readonly document: object; readonly definition: SidecarDefinition }[] = [];
  let generated = 0;
  for (let round = 0; round < maxRounds && accepted.length < wanted; round++) {
    const sample = fc.sample(randomDefinition, { seed: seed + round, numRuns: wanted });
    for (const document of sample.slice(0, wanted)) {
      if (accepted.length === wanted) break;
      generated += 1;
      const { definition, source } = {
        source: undefined,
        ...parseDefinition('one.yaml', JSON.stringify(document)),
      };
      if (definition && engineProblems(definition, source).length === 0)
        accepted.push({ document, definition });
    }
  }
  return { accepted, generated };
}

/** Of so many definitions for each that is wanted one is accepted, or the generator is no good. */
const maxRounds = 30;
