import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { possibleEntries, possibleEntriesOf } from '../template/possible-values.ts';
import type { KeyPath } from '../yaml-source.ts';
import { type Remark, restricted } from './remark.ts';

const restrictedSources: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** Volumes that a restricted namespace refuses, and those that are of no use. */
export function reviewVolumes(spec: JsonObject): readonly Remark[] {
  const mounted = new Set(possibleEntries((spec['container'] as JsonObject)['volumeMounts']).map(nameOf));
  return ((spec['volumes'] ?? []) as readonly Json[]).flatMap((entry, index) => {
    const path = ['spec', 'volumes', index];
    return possibleEntriesOf(entry)
      .filter(isObject)
      .flatMap(volume => [...reviewType(volume, path), ...reviewUse(volume, mounted, path)]);
  });
}

function reviewType(volume: JsonObject, path: KeyPath): readonly Remark[] {
  const source = Object.keys(volume).find(key => !ownKeys.has(key)) ?? 'emptyDir';
  if (restrictedSources.has(source)) return [];
  return [{ finding: 'volume-type', path, message: `a volume of type ${source}: ${restricted}` }];
}

/** The keys of a volume that name no source. */
const ownKeys: ReadonlySet<string> = new Set(['name', 'shared', 'at']);

function reviewUse(
  volume: JsonObject,
  mounted: ReadonlySet<Json | undefined>,
  path: KeyPath,
): readonly Remark[] {
  if (mounted.has(nameOf(volume))) return [];
  return [{ finding: 'volume-unmounted', path, message: 'the container does not mount this volume' }];
}

function nameOf(entry: Json): Json | undefined {
  return isObject(entry) ? entry['name'] : undefined;
}
