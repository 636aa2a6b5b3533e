import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { withInherited } from '../injection/inheritance/with-inherited.ts';
import { isCarriedKey } from '../injection/request/annotation-keys.ts';
import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { templatePathOf } from '../kubernetes/workload.ts';
import { metadataPaths, type PodMakerKind } from '../written-objects/pod-maker.ts';

/** An annotation that counts for the pods of an object. */
export interface CountingAnnotation {
  readonly key: string;
  readonly value: string;
  /** In words: `the pod`, `the Deployment`, `the pod template`, `namespace shop`, `rule 2`. */
  readonly from: string;
  /** Where it stands in the object; undefined where it is inherited. */
  readonly path?: readonly string[];
}

/** The annotations that count for the pods of an object and where each comes from: of two, the one nearer to the pod. */
export function countingAnnotations(
  object: JsonObject,
  kind: PodMakerKind,
  sources: readonly AnnotationSource[],
): readonly CountingAnnotation[] {
  const own = new Map<string, CountingAnnotation>();
  for (const path of metadataPaths(kind)) {
    const annotations = at(object, [...path, 'annotations']);
    for (const [key, value] of Object.entries(isObject(annotations) ? annotations : {})) {
      if (typeof value !== 'string' || !isCarriedKey(key)) continue;
      own.set(key, { key, value, from: holderAt(path, object, kind), path: [...path, 'annotations', key] });
    }
  }
  const values = Object.fromEntries([...own].map(([key, { value }]) => [key, value]));
  const { annotations, origins } = withInherited(values, sources);
  const inherited = [...origins].map(([key, from]) => ({ key, value: annotations[key] ?? '', from }));
  return [...own.values(), ...inherited];
}

function holderAt(path: readonly string[], { kind }: JsonObject, podMaker: PodMakerKind): string {
  if (podMaker === 'Pod') return 'the pod';
  if (path.length === 1) return `the ${kind}`;
  const template = templatePathOf(podMaker);
  return path.length === template.length + 1 ? 'the pod template' : path.slice(0, -1).join('.');
}
