import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../../src/sidecars/samples/scenarios.ts';
import { tryDefinition } from '../../../src/trial/try-definition.ts';
import { shippedSidecars, told } from '../../injection-fixture.ts';

describe('a definition that is tried', () => {
  it.each([...shippedSidecars.sidecars.values()].map(definition => [definition.name, definition] as const))(
    'is rendered in each mode with each scenario: %s',
    (_name, definition) => {
      const trials = scenariosOf(definition).flatMap(texts => tryDefinition(definition, texts));
      expect(new Set(trials.map(({ mode }) => mode))).toEqual(new Set(definition.modes));
      // Where the app sees the volume, no sample of a path can know.
      const refused = trials.filter(
        ({ decision, texts }) => decision.outcome !== 'injected' && !texts.has('mount'),
      );
      expect(
        refused.map(({ mode, pod, decision }) => [mode, pod.metadata.annotations, told(decision)]),
      ).toEqual([]);
    },
  );
});
