import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import { parseDefinition } from '../../src/sidecars/parse-definition.ts';
import { scenariosOf } from '../../src/sidecars/samples/scenarios.ts';
import { engineProblems } from '../../src/trial/engine-problems.ts';
import { tryDefinition } from '../../src/trial/try-definition.ts';
import { randomDefinition } from '../definitions/random-definition.ts';

/** The definition that a document is, where validate finds no error in it. */
function acceptedDefinition(document: object): SidecarDefinition | undefined {
  const reading = parseDefinition('one.yaml', JSON.stringify(document));
  if (!reading.definition) return undefined;
  const { definition, source } = reading;
  return engineProblems(definition, source).length === 0 ? definition : undefined;
}

it('a definition that is accepted can be put into a pod, or the engine says why not', () => {
  const sums = { accepted: 0, injected: 0, refused: 0, skipped: 0 };
  fc.assert(
    fc.property(randomDefinition, document => {
      const definition = acceptedDefinition(document);
      if (definition === undefined) return;
      sums.accepted += 1;
      const scenarios = scenariosOf(definition).slice(0, 8);
      for (const { pod, decision } of scenarios.flatMap(texts => tryDefinition(definition, texts))) {
        sums[decision.outcome] += 1;
        // Whoever reads the pod next finds every field that the engine reads.
        if (decision.outcome === 'injected') readPod(applyPatch(pod, decision.operations));
      }
    }),
    { numRuns: 1000 },
  );
  expect(sums.accepted).toBeGreaterThan(100);
  expect(sums.injected, JSON.stringify(sums)).toBeGreaterThan(4 * sums.refused);
  expect(sums.skipped).toBe(0);
});
