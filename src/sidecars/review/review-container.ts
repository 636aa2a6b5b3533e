import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { tokenDirectory } from '../../kubernetes/mount-path.ts';
import { possibleValues, possibleValuesAt } from '../template/possible-values.ts';
import type { Remark } from './remark.ts';

/** Requests and the limit that quotas, autoscalers and neighbours on the node need. */
export function reviewResources(container: JsonObject): readonly Remark[] {
  const wanted = [
    {
      keys: ['requests', 'cpu'],
      effect: 'a quota on cpu refuses the pod and its HorizontalPodAutoscaler stops',
    },
    { keys: ['requests', 'memory'], effect: 'a quota on memory refuses the pod' },
    { keys: ['limits', 'memory'], effect: 'a leak takes the memory of the node' },
  ];
  return wanted
    .filter(({ keys }) =>
      possibleValuesAt(container, ['resources', ...keys]).some(value => value === undefined),
    )
    .map(({ keys, effect }) => ({
      finding: 'resources',
      path: ['spec', 'container', 'resources', ...keys],
      message: `${keys.join('.')} is not set: ${effect}`,
    }));
}

/** Whether the container would get the API token of the app's service account. */
export function reviewToken(container: JsonObject): readonly Remark[] {
  const mounts = (container['volumeMounts'] ?? []) as readonly Json[];
  // Only a mount that is always there keeps the token away.
  const isCovered = mounts.some(mount =>
    possibleValues(mount).every(each => isObject(each) && each['mountPath'] === tokenDirectory),
  );
  if (isCovered) return [];
  return [
    {
      finding: 'api-token',
      path: ['spec', 'container', 'volumeMounts'],
      message: `Kubernetes will mount the app's API token; cover ${tokenDirectory} with a read-only mount of an empty volume`,
    },
  ];
}

/** Whether the image is the same one tomorrow. */
export function reviewImage(container: JsonObject): readonly Remark[] {
  const images = possibleValues(container['image']).map(String);
  const isPinned = (image: string) => /@sha256:|:(?!latest$)[^/:]+$/.test(image);
  if (images.every(isPinned)) return [];
  return [
    {
      finding: 'image-version',
      path: ['spec', 'container', 'image'],
      message: 'the image has no fixed version; name a tag other than latest',
    },
  ];
}
