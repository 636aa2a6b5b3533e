import { isObject, type Json } from '../../kubernetes/json.ts';
import type { ObjectShape } from '../shape.ts';
import { isChoice } from '../template/template.ts';
import { absencesOf, together } from './absence.ts';
import { alternativesOf, fieldOf } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** Keys of which an object has exactly one. */
interface Choice {
  readonly noun: string;
  /** Says in words what the keys are. */
  readonly what: string;
  readonly keys: (shape: ObjectShape) => readonly string[];
}

const handlers = oneOf('exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep');

const choices: Readonly<Record<string, Choice>> = {
  ClusterTrustBundleProjection: { noun: 'a trust bundle', what: 'name', keys: oneOf('name', 'signerName') },
  DownwardAPIVolumeFile: { noun: 'a file', what: 'source', keys: oneOf('fieldRef', 'resourceFieldRef') },
  EnvFromSource: { noun: 'an entry of envFrom', what: 'source', keys: oneOf('configMapRef', 'secretRef') },
  EnvVarSource: { noun: 'valueFrom', what: 'source', keys: all },
  FCVolumeSource: { noun: 'a volume of type fc', what: 'list', keys: oneOf('targetWWNs', 'wwids') },
  FlockerVolumeSource: {
    noun: 'a volume of type flocker',
    what: 'name',
    keys: oneOf('datasetName', 'datasetUUID'),
  },
  LifecycleHandler: { noun: 'a hook', what: 'handler', keys: handlers },
  Probe: { noun: 'a probe', what: 'handler', keys: handlers },
  VolumeProjection: { noun: 'an entry of sources', what: 'source', keys: all },
};

const volume: Choice = {
  noun: 'a volume',
  what: 'source',
  keys: shape => all(shape).filter(key => !notSources.has(key)),
};

const notSources: ReadonlySet<string> = new Set(['name', 'shared', 'at']);

function oneOf(...keys: readonly string[]): Choice['keys'] {
  return ({ fields }) => keys.filter(key => Object.hasOwn(fields, key));
}

function all({ fields }: ObjectShape): readonly string[] {
  return Object.keys(fields);
}

/** A variable, a probe and their like have exactly one source or handler, and a volume has no second one. */
export const checkExactlyOne: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'Volume') reportTwo(definition, place, volume);
    const choice = choices[place.type];
    if (choice === undefined) continue;
    reportTwo(definition, place, choice);
    const missing = missingIn(definition, place, choice);
    if (missing) definition.report(missing.path, missing.message);
  }
};

/** Where a volume is without a source: Kubernetes makes it an empty directory then, which hardly anybody means. */
export function missingSource(definition: DefinitionUnderCheck, place: ObjectPlace): Missing | undefined {
  return missingIn(definition, place, volume);
}

interface Missing {
  readonly path: ObjectPlace['path'];
  readonly message: string;
}

function missingIn(
  { parameters, canHold }: DefinitionUnderCheck,
  { value, path, when, shape, isInList }: ObjectPlace,
  { noun, what, keys }: Choice,
): Missing | undefined {
  const known = keys(shape);
  const present = known.filter(key => Object.hasOwn(value, key));
  const [key] = present;
  if (key === undefined) {
    const shown = known.filter(each => !rareSources.test(each)).join(', ');
    return { path, message: `${noun} without a ${what}; give it one of ${shown}` };
  }
  const absences = together(present.map(each => absencesOf(value[each], { parameters, isInList })));
  const others = Object.entries(value).flatMap(([other, held]) => (present.includes(other) ? [] : [held]));
  // What loses all that it has goes as a whole.
  const stays = (circumstances: ObjectPlace['when']) =>
    others.some(held =>
      alternativesOf({ value: held, path, when: circumstances }).some(
        found => found.value !== undefined && canHold(found.when),
      ),
    );
  if (!absences.some(absent => stays([...when, ...absent]))) return undefined;
  return {
    path: [...path, key],
    message: `${noun} can be left without a ${what}: ${adviceFor(value[key], key)}`,
  };
}

/** Of volumes, those that hardly anybody has. */
const rareSources =
  /^(aws|azure|ceph|cinder|fc$|flex|flocker|gce|gluster|iscsi|photon|portworx|quobyte|rbd|scaleIO|storageos|vsphere)/;

function adviceFor(held: Json | undefined, key: string): string {
  return isObject(held) && isChoice(held)
    ? `add "else" to ${key}, or put the "when" around the whole`
    : `${key} goes where all that it holds is left out; give its parameters a default, or put a "when" around the whole`;
}

function reportTwo(definition: DefinitionUnderCheck, place: ObjectPlace, { noun, what, keys }: Choice): void {
  const present = keys(place.shape).filter(key => Object.hasOwn(place.value, key));
  const two = twoAtOnce(definition, place, present);
  if (two === undefined) return;
  const [first, second] = two;
  definition.report(
    [...place.path, second],
    () => `${noun} has one ${what}, and ${first} is there already; remove one of the two`,
  );
}

/** Two of the keys that can be there together, as they stand in the file. */
function twoAtOnce(
  { canHold }: DefinitionUnderCheck,
  place: ObjectPlace,
  keys: readonly string[],
): readonly [string, string] | undefined {
  const inOrder = Object.keys(place.value).filter(key => keys.includes(key));
  for (const [index, key] of inOrder.entries()) {
    for (const other of inOrder.slice(index + 1)) {
      const isBoth = fieldOf(place, key).some(
        first =>
          first.value !== undefined &&
          fieldOf(place, other).some(
            second => second.value !== undefined && canHold([...first.when, ...second.when]),
          ),
      );
      if (isBoth) return [key, other];
    }
  }
  return undefined;
}
