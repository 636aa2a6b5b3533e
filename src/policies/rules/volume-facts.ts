/** What is to be known of volumes: kubernetes/volume.ts in CEL. */
import { readOnlySources } from '../../kubernetes/volume.ts';
import {
  and,
  at,
  each,
  equals,
  field,
  isIn,
  list,
  literal,
  name,
  not,
  optionalField,
  or,
  orValue,
  texts,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { Variable } from './variable.ts';

/** `podVolumes`: the volumes that the pod declares. */
export function volumeVariables(): readonly Variable[] {
  return [['podVolumes', orValue(optionalField(field(name('object'), 'spec'), 'volumes'), list())]];
}

/** The mounts of a container, as a list that may be empty. */
export function mountsOf(container: Expression): Expression {
  return orValue(optionalField(container, 'volumeMounts'), list());
}

/** Whether a volume is of one of these kinds. */
export function isOfKind(volume: Expression, kinds: readonly string[]): Expression {
  return or(...kinds.map(kind => isIn(kind, volume)));
}

/** Whether a volume is of a kind that can never be written, or says so itself. */
export function isReadOnlyVolume(volume: Expression): Expression {
  const saysSo = each(volume, 'exists', 'source', source =>
    and(
      not(isIn(source, texts(['name']))),
      equals(orValue(optionalField(at(volume, source), 'readOnly'), literal(false)), literal(true)),
    ),
  );
  return or(isOfKind(volume, [...readOnlySources]), saysSo);
}

/** The one of a name, in a list that is empty where there is none. */
export function volumesNamed(volumes: Expression, wanted: Expression): Expression {
  return each(volumes, 'filter', 'declared', declared => equals(at(declared, 'name'), wanted));
}

/** Whether a mount cannot be written. */
export function isReadOnly(mount: Expression): Expression {
  return orValue(optionalField(mount, 'readOnly'), literal(false));
}
