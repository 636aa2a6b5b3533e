import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { Optional, Volume } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';
import type { Propagation } from './propagate-annotations.ts';
import { propagatedText } from './propagated-annotations.ts';

/** The patch that changes annotations of the pod template, adds volumes to it and remembers what was carried. */
export function patchWorkload(
  workload: Workload,
  { changes, memory = new Map() }: Propagation,
  volumes: readonly Volume[],
): readonly PatchOperation[] {
  const { metadata, template, templatePath } = workload;
  const path = jsonPointer(...templatePath);
  const remembered = new Map([[propagatedAnnotation, propagatedText(memory)]]);
  return [
    ...changeAnnotations('/metadata/annotations', metadata.annotations, remembered),
    ...(template.metadata
      ? changeAnnotations(`${path}/metadata/annotations`, template.metadata.annotations, changes)
      : addMetadata(`${path}/metadata`, changes)),
    ...addVolumes(`${path}/spec/volumes`, template.spec.volumes, volumes),
  ];
}

type Changes = ReadonlyMap<string, string | undefined>;

function changeAnnotations(
  path: string,
  present: Optional<Readonly<Record<string, string>>>,
  changes: Changes,
): readonly PatchOperation[] {
  if (!present) {
    const value = added(changes);
    return Object.keys(value).length === 0 ? [] : [{ op: 'add', path, value }];
  }
  return [...changes].flatMap(([key, value]) => changeAnnotation(path, present, key, value));
}

function changeAnnotation(
  map: string,
  present: Readonly<Record<string, string>>,
  key: string,
  value: string | undefined,
): readonly PatchOperation[] {
  const path = `${map}${jsonPointer(key)}`;
  const isPresent = Object.hasOwn(present, key);
  if (value === undefined) return isPresent ? [{ op: 'remove', path }] : [];
  if (!isPresent) return [{ op: 'add', path, value }];
  return present[key] === value ? [] : [{ op: 'replace', path, value }];
}

function addMetadata(path: string, changes: Changes): readonly PatchOperation[] {
  const annotations = added(changes);
  return Object.keys(annotations).length === 0 ? [] : [{ op: 'add', path, value: { annotations } }];
}

function added(changes: Changes): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...changes].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function addVolumes(
  path: string,
  present: Optional<readonly Volume[]>,
  volumes: readonly Volume[],
): readonly PatchOperation[] {
  if (volumes.length === 0) return [];
  return present
    ? volumes.map(value => ({ op: 'add', path: `${path}/-`, value }))
    : [{ op: 'add', path, value: volumes }];
}
