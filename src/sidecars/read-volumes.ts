import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { suggestion } from '../nearest-name.ts';
import { specShape } from './schema/definition-shape.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { possibleEntriesOf } from './template/possible-values.ts';
import {
  type Condition,
  isChoice,
  opposite,
  parseConditions,
  parseTemplate,
  type Template,
  textParts,
} from './template/template.ts';
import type { YamlSource } from './yaml-source.ts';

/** The volumes of a definition, and what is known of the one that `.volume` and `.mount` are about. */
export interface VolumesReading {
  /** All of them as one list. A shared one has under `shared` all that the engine has to know of it. */
  readonly volumes: Template;
  readonly isShared: boolean;
  /** What must hold so that the main shared volume is there, as far as conditions can say it. */
  readonly sharedWhen: readonly Condition[];
}

/** Reads the volumes of a definition, and holds the mounts of its container against them. */
export function readVolumes(source: YamlSource, spec: JsonObject): VolumesReading {
  const volumes = (spec['volumes'] ?? []) as readonly Json[];
  volumes.forEach((entry, index) => {
    checkShared(source, entry, index);
  });
  checkMain(source, volumes);
  checkNamesOnce(source, volumes);
  if (!source.broken.blur(['spec', 'volumes'])) checkMounts(source, spec, new Set(volumes.flatMap(namesOf)));
  return {
    volumes: parseTemplate(volumes.map(withSharing), volumesShape),
    isShared: volumes.some(entry => possibleEntriesOf(entry).some(isShared)),
    sharedWhen: volumes.flatMap(entry => conditionsOfMain(entry) ?? []),
  };
}

/** The name of the volume that the pod may bring itself; `.volume` sets it. */
const mainName = '${volume}';

const isShared = (value: Json | undefined): value is JsonObject =>
  isObject(value) && value['shared'] === true;
const isMain = (value: Json | undefined) => isShared(value) && value['name'] === mainName;

/** The shape of volumes as they are parsed, with what the engine needs of those that are shared. */
const volumesShape: Shape = { kind: 'list', of: sharingShape() };

function sharingShape(): ObjectShape {
  const { volumes } = specShape.fields;
  const entry = volumes?.kind === 'list' && volumes.of.kind === 'template' ? volumes.of.of : undefined;
  const shared: Shape = {
    kind: 'object',
    fields: {
      isMain: { kind: 'boolean' },
      isFixed: { kind: 'boolean' },
      at: { kind: 'list', of: { kind: 'text' } },
    },
  };
  return { kind: 'object', fields: { ...(entry?.kind === 'object' ? entry.fields : {}), shared } };
}

/**
 * A volume with what the engine has to know of it, wherever in an entry it stands. A place without a value takes a further
 * volume away with it; the main one stays: in a list of its own the place takes nothing else away.
 */
function withSharing(entry: Json): Json {
  if (Array.isArray(entry)) return entry.map(withSharing);
  if (!isObject(entry)) return entry;
  if (isChoice(entry) || 'each' in entry) {
    const branches = Object.entries(entry).map(([key, value]): [string, Json] =>
      key === 'value' || key === 'else' ? [key, withSharing(value)] : [key, value],
    );
    return Object.fromEntries(branches);
  }
  const { shared, at, ...volume } = entry;
  if (shared !== true) return volume;
  const isFixed = typeof at === 'string' && textParts(at).every(part => typeof part === 'string');
  const place: Json = at === undefined ? {} : { at: isMain(entry) ? [at] : at };
  return { ...volume, shared: { isMain: isMain(entry), isFixed, ...place } };
}

function conditionsOfMain(entry: Json | undefined): readonly Condition[] | undefined {
  if (isMain(entry)) return [];
  if (Array.isArray(entry)) return entry.map(conditionsOfMain).find(found => found !== undefined);
  if (!isObject(entry) || !isChoice(entry)) return undefined;
  const when = parseConditions(entry['when']);
  const inValue = conditionsOfMain(entry['value']);
  if (inValue !== undefined) return [...when, ...inValue];
  const inElse = conditionsOfMain(entry['else']);
  const [only, ...others] = when;
  // Where one of several must not hold, nobody can say which.
  if (inElse === undefined || only === undefined || others.length > 0) return inElse;
  return [opposite(only), ...inElse];
}

function checkShared(source: YamlSource, entry: Json, index: number): void {
  const path = ['spec', 'volumes', index];
  for (const volume of possibleEntriesOf(entry)) {
    if (!isObject(volume)) continue;
    if (typeof (volume['shared'] ?? true) !== 'boolean')
      source.add(path, 'write "shared: true", or leave it out');
    if (isShared(volume) && !isMain(volume) && !('at' in volume)) {
      source.add(
        path,
        `the shared volume is named "${mainName}", so that .volume can set it; further ones have "at", where the app sees them`,
      );
    }
    if (!isShared(volume) && 'at' in volume) source.add(path, 'only a shared volume has "at"');
  }
}

function checkMain(source: YamlSource, volumes: readonly Json[]): void {
  const further = volumes.findIndex(entry =>
    possibleEntriesOf(entry).some(volume => isShared(volume) && !isMain(volume) && 'at' in volume),
  );
  if (further < 0 || volumes.some(entry => possibleEntriesOf(entry).some(isMain))) return;
  source.add(
    ['spec', 'volumes', further],
    `the first volume that is shared has the name "${mainName}", which .mount and .volume are about`,
  );
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
