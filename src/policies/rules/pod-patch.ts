/** The operations that put sidecars into a pod: patch/patch-pod.ts and build-patch.ts in CEL. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import { statusAnnotation } from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  at,
  bind,
  concat,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  isIn,
  list,
  literal,
  mapOf,
  method,
  name,
  not,
  optionalField,
  orValue,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { addedAnnotations } from './added-annotations.ts';
import { changesOf, insertions } from './changed-containers.ts';
import { listAnnotations } from './list-annotations.ts';
import { newStatus } from './new-status.ts';
import { annotation, append, operation } from './patch-operations.ts';
import { spec } from './pod.ts';
import { ownVolumes, parts } from './rendered-sidecar.ts';
import type { Variable } from './variable.ts';

/** The variables about annotations of others, and `operations`: the patch. */
export function patchVariables(definition: SidecarDefinition, policy: InjectionPolicy): readonly Variable[] {
  return [
    ...listAnnotations.map(
      (annotation): Variable => [
        annotation.variable,
        each(variable('sidecars'), 'map', 'sidecar', sidecar =>
          mapOf([
            entry('instance', dyn(at(at(sidecar, parts.instance), 'name'))),
            entry('names', dyn(annotation.namesFor(sidecar))),
          ]),
        ),
      ],
    ),
    ['pullSecrets', pullSecrets(definition, policy)],
    ['newStatus', newStatus(definition)],
    ['operations', operations(policy)],
  ];
}

/** The names of Secrets that the pod does not have, where the operator allows any. */
function pullSecrets({ imagePullSecrets }: SidecarDefinition, policy: InjectionPolicy): Expression {
  if (policy.pullSecrets === undefined) return list();
  const wanted = [...new Set([...imagePullSecrets, ...policy.pullSecrets])];
  const present = each(orValue(optionalField(spec, 'imagePullSecrets'), list()), 'map', 'secret', secret =>
    orValue(optionalField(secret, 'name'), ''),
  );
  return bind(present, 'present', found =>
    each(texts(wanted), 'filter', 'name', secret => not(isIn(secret, found))),
  );
}

function operations(policy: InjectionPolicy): Expression {
  const sidecars = variable('sidecars');
  const of = (part: string) => concatAll(each(sidecars, 'map', 'sidecar', sidecar => at(sidecar, part)));
  const volumes = concatAll(
    each(sidecars, 'map', 'sidecar', sidecar =>
      each(ownVolumes(sidecar), 'map', 'volume', volume => at(volume, 'volume')),
    ),
  );
  return concat(
    append('/spec/volumes', optionalField(spec, 'volumes'), volumes),
    changesOf('initContainers'),
    insertions(of(parts.initContainers), policy),
    append('/spec/containers', optionalField(spec, 'containers'), of(parts.containers)),
    changesOf('containers'),
    append(
      '/spec/imagePullSecrets',
      optionalField(spec, 'imagePullSecrets'),
      each(variable('pullSecrets'), 'map', 'secret', secret => mapOf([entry('name', secret)])),
    ),
    conditional(
      method(optionalField(name('object'), 'metadata', 'annotations'), 'hasValue'),
      list(),
      list(operation('/metadata/annotations', mapOf([]))),
    ),
    addedAnnotations(),
    list(annotation(literal(statusAnnotation), variable('newStatus'))),
  );
}
