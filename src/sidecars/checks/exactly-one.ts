import type { JsonObject } from '../../kubernetes/json.ts';
import { absencesOf, together } from './absence.ts';
import { fieldOf } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** Keys of which an object has exactly one. */
interface Choice {
  readonly keys: (shape: ObjectPlace['shape']) => readonly string[];
  /** Says in words what they are. */
  readonly what: string;
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const notSources: ReadonlySet<string> = new Set(['name', 'shared', 'at']);

const oneOf = (...keys: readonly string[]) => ({ fields }: ObjectPlace['shape']) =>
  keys.filter(key => Object.hasOwn(fields, key));
const all = ({ fields }: ObjectPlace['shape']) => Object.keys(fields).filter(key => !notSources.has(key));

const choices: Readonly<Record<string, Choice>> = {
  ClusterTrustBundleProjection: { keys: oneOf('name', 'signerName'), what: 'key' },
  DownwardAPIVolumeFile: { keys: oneOf('fieldRef', 'resourceFieldRef'), what: 'source' },
  EnvFromSource: { keys: oneOf('configMapRef', 'secretRef'), what: 'source' },
  EnvVarSource: { keys: all, what: 'source' },
  FCVolumeSource: { keys: oneOf('targetWWNs', 'wwids'), what: 'key' },
  FlockerVolumeSource: { keys: oneOf('datasetName', 'datasetUUID'), what: 'key' },
  LifecycleHandler: { keys: oneOf(...handlers), what: 'handler' },
  Probe: { keys: oneOf(...handlers), what: 'handler' },
  Volume: { keys: all, what: 'source' },
  VolumeProjection: { keys: all, what: 'source' },
};

/** A volume, a variable, a probe and their like have exactly one source or handler. */
export const checkExactlyOne: Rule = definition => {
  for (const place of definition.places.objects) {
    const choice = choices[place.type];
    if (choice) checkChoice(definition, place, choice);
  }
};

function checkChoice(definition: DefinitionUnderCheck, place: ObjectPlace, { keys, what }: Choice): void {
  const known = keys(place.shape);
  const present = known.filter(key => Object.hasOwn(place.value, key));
  const { report } = definition;
  const noun = nouns[place.type] ?? 'this';
  if (present.length === 0) {
    report(place.path, () => `${noun} without a ${what}; give it one of ${shown(known, place)}`);
    return;
  }
  const two = twoAtOnce(definition, place, present);
  if (two) report([...place.path, two[1]], () => `${noun} has one ${what}, and ${two[0]} is one already; keep one of them`);
  const surroundings = { parameters: definition.parameters, isInList: place.isInList };
  const absences = together(present.map(key => absencesOf(place.value[key], surroundings)));
  if (absences.some(when => definition.canHold([...place.when, ...when]))) {
    const [key = ''] = present;
    report([...place.path, key], () => `${noun} can be left without a ${what}: ${adviceFor(place.value, key)}`);
  }
}

const nouns: Readonly<Record<string, string>> = {
  ClusterTrustBundleProjection: 'a trust bundle',
  DownwardAPIVolumeFile: 'a file',
  EnvFromSource: 'an entry of envFrom',
  EnvVarSource: 'valueFrom',
  FCVolumeSource: 'a volume of type fc',
  FlockerVolumeSource: 'a volume of type flocker',
  LifecycleHandler: 'a hook',
  Probe: 'a probe',
  Volume: 'a volume',
  VolumeProjection: 'an entry of sources',
};

/** Of volumes those that are in use. */
function shown(keys: readonly string[], { type }: ObjectPlace): string {
  const common = ['emptyDir', 'secret', 'configMap', 'persistentVolumeClaim', 'projected', 'hostPath'];
  return (type === 'Volume' ? common : keys).join(', ');
}

function adviceFor(value: JsonObject, key: string): string {
  const held = value[key];
  const isChoice = typeof held === 'object' && held !== null && 'when' in held;
  return isChoice
    ? `add "else" to ${key}`
    : `${key} goes where all that it holds is left out; give that a default, or an "else", or put the "when" around the whole`;
}

/** Two of the keys that can be there together. */
function twoAtOnce(
  { canHold }: DefinitionUnderCheck,
  place: ObjectPlace,
  keys: readonly string[],
): readonly [string, string] | undefined {
  for (const [index, key] of keys.entries()) {
    for (const other of keys.slice(index + 1)) {
      const both = fieldOf(place, key).some(
        first =>
          first.value !== undefined &&
          fieldOf(place, other).some(second => second.value !== undefined && canHold([...first.when, ...second.when])),
      );
      if (both) return [key, other];
    }
  }
  return undefined;
}
