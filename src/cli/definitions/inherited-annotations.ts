import type { AnnotationSource } from '../../injection/inheritance/annotation-source.ts';
import { parseRequestKey } from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { ParameterTexts } from '../../sidecars/samples/parameter-texts.ts';

/** An annotation that pods inherit for a sidecar. */
export interface InheritedAnnotation {
  readonly key: string;
  readonly value: string;
  /** As in `namespace shop`. */
  readonly from: string;
  /** What it sets. */
  readonly texts: ParameterTexts;
}

/**
 * What pods inherit for a sidecar, its plain instance, from these sources, of which a later one wins. A switch that is off
 * is left out: what is shown is the sidecar.
 */
export function inheritedAnnotations(
  definition: SidecarDefinition,
  sources: readonly AnnotationSource[],
): readonly InheritedAnnotation[] {
  const found = new Map<string, InheritedAnnotation>();
  for (const { from, annotations } of sources)
    for (const [key, value] of Object.entries(annotations))
      found.set(key, { key, value, from, texts: textsOf(definition, key, value) });
  return [...found.values()].filter(({ texts }) => texts.size > 0);
}

function textsOf({ name, switchValue }: SidecarDefinition, key: string, value: string): ParameterTexts {
  const { sidecar, instance, parameter } = parseRequestKey(key) ?? {};
  if (sidecar !== name || instance !== undefined || parameter === 'inject') return new Map();
  if (parameter !== undefined) return new Map([[parameter, value]]);
  return value === 'false' ? new Map() : (switchValue.split(value).texts ?? new Map());
}
