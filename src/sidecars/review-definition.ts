/**
 * Remarks about a definition that works but that a careful operator would change: what a restricted namespace would
 * refuse, what a quota would, and what could be abused. `sidecar-injector validate` prints them.
 */
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { tokenDirectory } from '../kubernetes/mount-path.ts';
import type { SidecarDefinition } from './definition.ts';
import type { DefinitionProblem } from './definition-problem.ts';
import { possibleEntries, possibleValues, possibleValuesAt } from './template/possible-values.ts';
import { textParts } from './template/template.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What is to be remarked about a definition, with its places, in the order of the file; of many the first and their number. */
export function reviewDefinition(
  source: YamlSource,
  spec: JsonObject,
  definition: SidecarDefinition,
): readonly DefinitionProblem[] {
  const container = (spec['container'] ?? {}) as JsonObject;
  const remarks = [
    ...reviewSecurityContext(container),
    ...reviewCapabilities(container),
    ...reviewHostPorts(container),
    ...reviewVolumes(spec),
    ...reviewResources(container),
    ...reviewToken(container),
    ...reviewImage(container),
    ...reviewCommands(spec, ['spec']),
    ...reviewConditions(spec, ['spec'], definition),
  ];
  const shown = remarks
    .slice(0, maxRemarks)
    .map(({ path, message }) => source.problemAt(path, message))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
  const others = remarks.length - shown.length;
  const last = shown.at(-1);
  if (others === 0 || last === undefined) return shown;
  return [...shown, { ...last, path: '', message: `and ${others} more in this file` }];
}

/** Whoever mends these sees the next ones. */
const maxRemarks = 20;

interface Remark {
  readonly path: KeyPath;
  readonly message: string;
}

const restricted = 'a namespace that enforces the restricted Pod Security Standard refuses the pod';

interface Rule {
  readonly keys: readonly string[];
  readonly isFine: (value: Json | undefined) => boolean;
  readonly advice: string;
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const securityRules: readonly Rule[] = [
  {
    keys: ['allowPrivilegeEscalation'],
    isFine: value => value === false,
    advice: 'set allowPrivilegeEscalation: false',
  },
  { keys: ['runAsNonRoot'], isFine: value => value === true, advice: 'set runAsNonRoot: true' },
  { keys: ['runAsUser'], isFine: value => value !== 0, advice: 'set runAsUser to another UID than 0' },
  { keys: ['privileged'], isFine: value => value !== true, advice: 'remove privileged' },
  {
    keys: ['procMount'],
    isFine: value => value === undefined || value === 'Default',
    advice: 'remove procMount',
  },
  {
    keys: ['seccompProfile', 'type'],
    isFine: value => value === 'RuntimeDefault' || value === 'Localhost',
    advice: 'set seccompProfile: {type: RuntimeDefault}',
  },
];

function reviewSecurityContext(container: JsonObject): readonly Remark[] {
  return securityRules
    .filter(({ keys, isFine }) => !possibleValuesAt(container, ['securityContext', ...keys]).every(isFine))
    .map(({ keys, advice }) => ({
      path: ['spec', 'container', 'securityContext', ...keys],
      message: `${advice}; otherwise ${restricted}`,
    }));
}

function reviewCapabilities(container: JsonObject): readonly Remark[] {
  const path = ['spec', 'container', 'securityContext', 'capabilities'];
  const dropped = possibleValuesAt(container, ['securityContext', 'capabilities', 'drop']);
  const added = possibleValuesAt(container, ['securityContext', 'capabilities', 'add']).flatMap(
    possibleEntries,
  );
  const remarks: Remark[] = [];
  if (!dropped.every(list => Array.isArray(list) && list.includes('ALL'))) {
    remarks.push({
      path: [...path, 'drop'],
      message: `set capabilities: {drop: [ALL]}; otherwise ${restricted}`,
    });
  }
  if (added.some(capability => capability !== 'NET_BIND_SERVICE')) {
    remarks.push({
      path: [...path, 'add'],
      message: `add no capability but NET_BIND_SERVICE; otherwise ${restricted}`,
    });
  }
  return remarks;
}

function reviewHostPorts(container: JsonObject): readonly Remark[] {
  const ports = possibleEntries(container['ports']).filter(isObject);
  if (!ports.some(port => possibleValues(port['hostPort']).some(value => value !== undefined))) return [];
  return [{ path: ['spec', 'container', 'ports'], message: `remove hostPort; otherwise ${restricted}` }];
}

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

function reviewVolumes(spec: JsonObject): readonly Remark[] {
  const mounted = new Set(possibleEntries((spec['container'] as JsonObject)['volumeMounts']).map(nameOf));
  return ((spec['volumes'] ?? []) as readonly Json[]).flatMap((entry, index) => {
    const path = ['spec', 'volumes', index];
    return possibleValues(entry).flatMap(volume => {
      if (!isObject(volume)) return [];
      const source = Object.keys(volume).find(key => key !== 'name' && key !== 'shared') ?? 'emptyDir';
      return [
        ...(restrictedSources.has(source)
          ? []
          : [{ path, message: `a volume of type ${source}: ${restricted}` }]),
        ...(mounted.has(nameOf(volume))
          ? []
          : [{ path, message: 'the container does not mount this volume' }]),
      ];
    });
  });
}

function nameOf(entry: Json): Json | undefined {
  return isObject(entry) ? entry['name'] : undefined;
}

function reviewResources(container: JsonObject): readonly Remark[] {
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
      path: ['spec', 'container', 'resources', ...keys],
      message: `${keys.join('.')} is not set: ${effect}`,
    }));
}

function reviewToken(container: JsonObject): readonly Remark[] {
  const mounts = (container['volumeMounts'] ?? []) as readonly Json[];
  // Only a mount that is always there keeps the token away.
  const isCovered = mounts.some(mount => isObject(mount) && mount['mountPath'] === tokenDirectory);
  if (isCovered) return [];
  return [
    {
      path: ['spec', 'container', 'volumeMounts'],
      message: `Kubernetes will mount the app's API token; cover ${tokenDirectory} with a read-only mount of an empty volume`,
    },
  ];
}

function reviewImage(container: JsonObject): readonly Remark[] {
  const images = possibleValues(container['image']).map(String);
  const isPinned = (image: string) => /@sha256:|:(?!latest$)[^/:]+$/.test(image);
  if (images.every(isPinned)) return [];
  return [
    {
      path: ['spec', 'container', 'image'],
      message: 'the image has no fixed version; name a tag other than latest',
    },
  ];
}

const shells = /^(.*\/)?(ba|da|a|z|k|c)?sh$/;

/**
 * A value inside a shell command is code: a quote in it ends the string that it was meant to be in. After the script of
 * `sh -c` it is a positional argument, which is none.
 */
function reviewCommands(value: Json | undefined, path: KeyPath): readonly Remark[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => reviewCommands(entry, [...path, index]));
  if (!isObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, entry]) => reviewCommands(entry, [...path, key]));
  if (!('command' in value)) return below;
  const words = ['command', 'args'].flatMap(key => (Array.isArray(value[key]) ? value[key] : []));
  const isInserting = scriptIn(words).some(word => textParts(word).some(part => typeof part === 'object'));
  if (!isInserting) return below;
  const message =
    '"${…}" in a shell command: a value could run as code; pass it in an environment variable, or after the script as "$1"';
  return [...below, { path: [...path, 'command'], message }];
}

/** What a shell may take for code: its script where that follows `-c`, otherwise all that it is given. */
function scriptIn(words: readonly Json[]): readonly string[] {
  const texts = words.map(word =>
    possibleValues(word).map(text => (text === undefined ? undefined : String(text))),
  );
  const shell = texts.findIndex(each => each.some(text => text !== undefined && shells.test(text)));
  if (shell < 0) return [];
  const option = texts.findIndex(
    (each, index) => index > shell && each.some(text => /^-[a-z]*c$/.test(text ?? '')),
  );
  // What may be left out leaves its place to what follows, and other options may stand before the script.
  const isScript = (each: readonly (string | undefined)[]) =>
    each.every(text => text !== undefined && !/^-./.test(text));
  const script = option < 0 ? -1 : texts.findIndex((each, index) => index > option && isScript(each));
  const found = script < 0 ? texts : texts.slice(option + 1, script + 1);
  return found.flat().filter(text => text !== undefined);
}

/** A boolean is set whether it is true or false. */
function reviewConditions(
  value: Json | undefined,
  path: KeyPath,
  definition: SidecarDefinition,
): readonly Remark[] {
  if (Array.isArray(value))
    return value.flatMap((entry, index) => reviewConditions(entry, [...path, index], definition));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key !== 'when' && key !== 'once') return reviewConditions(entry, [...path, key], definition);
    const facts = (Array.isArray(entry) ? entry : [entry]).map(fact => String(fact).replace('!', ''));
    return facts
      .filter(fact => definition.parameters.get(fact)?.type === 'boolean')
      .map(fact => ({
        path: [...path, key],
        message: `"${fact}" holds for false too; write "${fact}.true"`,
      }));
  });
}
