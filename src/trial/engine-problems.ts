import type { RefusalReason } from '../injection/reason.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import type { DefinitionProblem } from '../sidecars/definition-problem.ts';
import { scenariosOf } from '../sidecars/samples/scenarios.ts';
import type { KeyPath, YamlSource } from '../sidecars/yaml-source.ts';
import { type Trial, tryDefinition } from './try-definition.ts';

/**
 * What the engine would say to every pod that asks for a sidecar with its defaults, each thing once. Where something is
 * required it is said only if no value was found with which a pod is let through.
 */
export function engineProblems(
  definition: SidecarDefinition,
  source: YamlSource,
): readonly DefinitionProblem[] {
  const [least, ...others] = scenariosOf(definition);
  if (least === undefined) return [];
  const refused = tryDefinition(definition, least).filter(isRefused);
  const hasRequired = [...least.keys()].some(name => name !== '' && !definition.presets.has(name));
  const lasting = refused.filter(
    ({ mode }) =>
      !hasRequired || others.every(texts => tryDefinition(definition, texts, [mode]).every(isRefused)),
  );
  const problems = lasting.flatMap(({ decision }) =>
    decision.outcome === 'refused'
      ? decision.refusals.map(({ code, message }) =>
          source.problemAt(places[code] ?? [], `with its defaults every pod is refused: ${message}`),
        )
      : [],
  );
  return [...new Map(problems.map(problem => [problem.message, problem])).values()];
}

function isRefused({ decision }: Trial): boolean {
  return decision.outcome === 'refused';
}

/** Where in a definition it is written what a pod is refused for. */
const places: Readonly<Partial<Record<RefusalReason, KeyPath>>> = {
  'request-above-limit': ['spec', 'container', 'resources'],
  'port-taken': ['spec', 'container', 'ports'],
  'mount-path-twice': ['spec', 'container', 'volumeMounts'],
  'mount-path-taken': ['spec', 'container', 'volumeMounts'],
  'runs-as-root': ['spec', 'container', 'securityContext'],
  'name-clash': ['spec', 'volumes'],
  'volume-name-taken': ['spec', 'volumes'],
  'volume-read-only': ['spec', 'volumes'],
  'container-name-taken': ['metadata', 'name'],
  'name-too-long': ['metadata', 'name'],
  'annotations-too-long': ['spec', 'annotations'],
  'invalid-value': ['spec', 'value'],
  'sidecar-too-large': ['spec', 'container'],
};
