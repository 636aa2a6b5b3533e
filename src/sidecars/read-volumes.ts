import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { suggestion } from '../nearest-name.ts';
import type { VolumeDefinition } from './definition.ts';
import { specShape } from './schema/definition-shape.ts';
import type { Shape } from './shape.ts';
import { possibleEntriesOf } from './template/possible-values.ts';
import { parseListEntry, parseTemplate } from './template/template.ts';
import type { YamlSource } from './yaml-source.ts';

/** Reads the volumes of a definition, and holds the mounts of its container against them. */
export function readVolumes(source: YamlSource, spec: JsonObject): readonly VolumeDefinition[] {
  const volumes = (spec['volumes'] ?? []) as readonly Json[];
  checkShared(source, volumes);
  checkNamesOnce(source, volumes);
  if (!source.broken.blur(['spec', 'volumes'])) checkMounts(source, spec, new Set(volumes.flatMap(namesOf)));
  return volumes.map(entry => {
    const { shared, at, ...volume } = entry as JsonObject;
    return {
      isShared: shared === true,
      at: at === undefined ? undefined : parseTemplate(at, { kind: 'text' }),
      template: parseListEntry(volume, volumeShape),
    };
  });
}

const volumesShape = specShape.fields['volumes'];
const volumeShape: Shape = volumesShape?.kind === 'list' ? volumesShape.of : { kind: 'any' };

function checkShared(source: YamlSource, volumes: readonly Json[]): void {
  const isShared = (value: Json | undefined) => isObject(value) && value['shared'] === true;
  volumes.forEach((entry, index) => {
    const path = ['spec', 'volumes', index];
    if (isShared(entry) && isObject(entry) && entry['name'] !== '${volume}') {
      source.add(path, 'the name of the shared volume is "${volume}", so that .volume can set it');
    }
    if (!isShared(entry) && possibleEntriesOf(entry).some(isShared)) {
      source.add(path, 'the shared volume is always there; it cannot be a choice');
    }
    if (!isShared(entry) && possibleEntriesOf(entry).some(value => isObject(value) && 'at' in value)) {
      source.add(path, 'only the shared volume has "at"');
    }
  });
  if (volumes.filter(isShared).length > 1) source.add(['spec', 'volumes'], 'at most one volume is shared');
}

function checkNamesOnce(source: YamlSource, volumes: readonly Json[]): void {
  const seen = new Set<string>();
  volumes.forEach((entry, index) => {
    // The branches of one choice never stand together.
    for (const name of new Set(namesOf(entry))) {
      if (seen.has(name)) source.add(['spec', 'volumes', index], `a second volume "${name}"`);
      seen.add(name);
    }
  });
}

/** The API server would refuse each pod with a mount of a volume that nobody declares. */
function checkMounts(source: YamlSource, spec: JsonObject, names: ReadonlySet<string>): void {
  const mounts = ((spec['container'] as JsonObject)['volumeMounts'] ?? []) as readonly Json[];
  mounts.forEach((mount, index) => {
    for (const name of namesOf(mount)) {
      if (names.has(name)) continue;
      const path = ['spec', 'container', 'volumeMounts', index];
      source.add(path, () => `no volume "${name}" in spec.volumes${suggestion(name, names)}`);
    }
  });
}

/** The names of a volume or a mount as written, in both branches where it is a choice. */
function namesOf(entry: Json): readonly string[] {
  return possibleEntriesOf(entry).flatMap(value =>
    isObject(value) && typeof value['name'] === 'string' ? value['name'] : [],
  );
}
