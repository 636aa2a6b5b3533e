import { at, isObject } from '../../kubernetes/json.ts';
import { jsonPointer } from '../../kubernetes/json-pointer.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { listAnnotations, namesIn } from '../patch/list-annotations.ts';
import type { PatchOperation } from '../patch/patch-operation.ts';
import { appendedName } from '../status/pod-status.ts';
import type { NamedParts } from './named-parts.ts';

/**
 * The operations that take parts out of a pod. Entries of a list go from its end to its beginning, so that none of them
 * moves another; a list that they leave empty stays, for only who has the text of the manifest knows whether it was there.
 */
export function removeParts(pod: Pod, parts: NamedParts): readonly PatchOperation[] {
  const isNamed = (names: ReadonlySet<string>) => (entry: unknown) => isIn(names, textAt(entry, 'name'));
  return [
    ...containerLists.flatMap(list => removeFromContainers(pod, list, parts)),
    ...containerLists.flatMap(list => removeEntries(pod, ['spec', list], isNamed(parts.containers))),
    ...removeEntries(pod, ['spec', 'volumes'], isNamed(parts.volumes)),
    ...removeEntries(pod, ['spec', 'imagePullSecrets'], isNamed(parts.imagePullSecrets)),
    ...changeAnnotations(pod, parts),
  ];
}

/** Those of containers that a user adds to a running pod too: they can mount what the pod has. */
const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Takes mounts and variables out of the containers that stay. */
function removeFromContainers(
  pod: Pod,
  list: (typeof containerLists)[number],
  { containers, unmounted, mounts, env }: NamedParts,
): readonly PatchOperation[] {
  return listAt(pod, ['spec', list]).flatMap((container, index) => {
    const name = textAt(container, 'name');
    if (containers.has(name)) return [];
    const path = ['spec', list, String(index)];
    const isMount = lastNamed(
      listAt(container, ['volumeMounts']).map(mount => placed(name, textAt(mount, 'mountPath'))),
      mounts,
    );
    const isVariable = lastNamed(
      listAt(container, ['env']).map(variable => placed(name, textAt(variable, 'name'))),
      env,
    );
    return [
      ...removeEntries(
        pod,
        [...path, 'volumeMounts'],
        (mount, entry) => isMount(entry) || isIn(unmounted, textAt(mount, 'name')),
      ),
      ...removeEntries(pod, [...path, 'env'], (_, entry) => isVariable(entry)),
    ];
  });
}

/** As the status names it; what has no name was not added. */
function placed(container: string, text: string): string {
  return text === '' ? '' : `${container}:${text}`;
}

/** Tells of an entry whether it is what was added: it is named, and behind all that have the same name. */
function lastNamed(names: readonly string[], added: ReadonlySet<string>): (index: number) => boolean {
  const last = new Map(names.map((name, index) => [name, index]));
  return index => isIn(added, names[index] ?? '') && last.get(names[index] ?? '') === index;
}

function isIn(names: ReadonlySet<string>, name: string): boolean {
  return name !== '' && names.has(name);
}

function removeEntries(
  pod: Pod,
  path: readonly string[],
  isGone: (entry: unknown, index: number) => boolean,
): readonly PatchOperation[] {
  const indices = listAt(pod, path).flatMap((entry, index) => (isGone(entry, index) ? [index] : []));
  return indices.toReversed().map(index => ({ op: 'remove', path: jsonPointer(...path, String(index)) }));
}

function changeAnnotations(
  { metadata }: Pod,
  { annotations, appended }: NamedParts,
): readonly PatchOperation[] {
  const present = metadata.annotations ?? {};
  const isThere = (key: string) => Object.hasOwn(present, key);
  const shortened = listAnnotations.flatMap((list): PatchOperation[] => {
    if (!isThere(list.key) || annotations.has(list.key)) return [];
    const names = namesIn(present[list.key] ?? '', list);
    const last = new Map(names.map((name, index) => [name, index]));
    const left = names.filter(
      (name, index) => last.get(name) !== index || !appended.has(appendedName(list.key, name)),
    );
    if (left.length === names.length) return [];
    return [{ op: 'replace', path: annotationPath(list.key), value: left.join(list.separator) }];
  });
  const gone = [...annotations].filter(isThere);
  return [...shortened, ...gone.map(key => ({ op: 'remove' as const, path: annotationPath(key) }))];
}

function annotationPath(key: string): string {
  return jsonPointer('metadata', 'annotations', key);
}

/** What stands in a list of the pod; empty where there is none. */
function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const list = path.reduce<unknown>(
    (below, key) => (Array.isArray(below) ? below[Number(key)] : at(below, [key])),
    value,
  );
  return Array.isArray(list) ? list : [];
}

function textAt(value: unknown, key: string): string {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : '';
}
