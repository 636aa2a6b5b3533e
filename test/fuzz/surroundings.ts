import type { Surroundings } from '../../src/admission/surroundings.ts';
import { isObject, type Json } from '../../src/kubernetes/json.ts';
import type { Node } from './mutate-review.ts';

/**
 * What a namespace says around the object of a review, for every second one: the same as the object itself, of another
 * instance, so that whatever odd text stands there is inherited too. It depends on nothing but the review.
 */
export function surroundingsOf(review: Node): Surroundings | undefined {
  const request = review['request'];
  const object = isObject(request as Json) ? (request as Node)['object'] : undefined;
  const metadata = isObject(object as Json) ? (object as Node)['metadata'] : undefined;
  const own = isObject(metadata as Json) ? (metadata as Node)['annotations'] : undefined;
  if (!isObject(own as Json)) return undefined;
  const entries = Object.entries(own as Node);
  if (entries.length % 2 === 0) return undefined;
  const annotations = entries.flatMap(([key, value]) =>
    typeof value === 'string' && key.startsWith('sidecar.io/')
      ? [[ofAnotherInstance(key), value] as const]
      : [],
  );
  return {
    namespace: {
      name: 'shop',
      labels: { 'sidecar.io/inject': 'enabled' },
      annotations: Object.fromEntries(annotations),
    },
  };
}

/** Words about the whole pod stay as they are; the object's own counts before them. */
function ofAnotherInstance(key: string): string {
  const [name = '', ...parameter] = key.split('.');
  return [name.includes('_') ? `${name}-ns` : `${name}_ns`, ...parameter].join('.');
}
