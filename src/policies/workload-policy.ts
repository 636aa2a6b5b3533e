/** The policy that carries the annotations of workloads into their pod templates. */
import { annotationPrefix, propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import {
  and,
  at,
  concat,
  conditional,
  differs,
  each,
  equals,
  list,
  literal,
  mapOf,
  method,
  name,
  not,
  object,
  optionalAt,
  optionalField,
  or,
  orValue,
  size,
  texts,
  variable,
} from './cel/build-expression.ts';
import type { Expression } from './cel/expression.ts';
import { mutatingPolicy } from './policy-objects.ts';
import { before, carryingVariables, subject } from './rules/carried-annotations.ts';
import { annotationsOf } from './rules/counting-annotations.ts';

const workloadRules: readonly JsonObject[] = [
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    scope: 'Namespaced',
  },
  {
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['cronjobs'],
    scope: 'Namespaced',
  },
  // The template of a Job never changes.
  {
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: ['jobs'],
    scope: 'Namespaced',
  },
];

/** The policy that carries annotations, and its binding. */
export function workloadPolicy(): readonly JsonObject[] {
  return mutatingPolicy(
    {
      name: 'workloads.sidecar-injector',
      labels: {},
      annotations: {},
      namespaces: 'all',
      resourceRules: workloadRules,
      conditions: [
        ['annotated', or(isAnnotated(subject), and(differs(before, literal(null)), isAnnotated(before)))],
      ],
    },
    carryingVariables(),
    carryingOperations(),
  );
}

function isAnnotated(of: Expression): Expression {
  return each(annotationsOf(of), 'exists', 'key', key =>
    method(key, 'startsWith', literal(annotationPrefix)),
  );
}

function carryingOperations(): Expression {
  const patch = (op: string, path: Expression, value?: Expression) =>
    object('JSONPatch', [
      ['op', literal(op)],
      ['path', path],
      ...(value === undefined ? [] : [['value', value] as const]),
    ]);
  const escaped = (key: Expression) => method(name('jsonpatch'), 'escapeKey', key);
  const isChanged = not(and(equals(size(variable('added')), 0), equals(size(variable('removed')), 0)));
  const isOutdated = differs(
    orValue(optionalAt(variable('own'), propagatedAnnotation), '{}'),
    variable('newMemory'),
  );
  const hasMetadata = method(optionalField(variable('podTemplate'), 'metadata'), 'hasValue');
  const hasAnnotations = method(
    optionalField(variable('podTemplate'), 'metadata', 'annotations'),
    'hasValue',
  );
  const none = emptyPatch(patch);
  const parents = concat(
    conditional(hasMetadata, none, list(patch('add', variable('path'), mapOf([])))),
    conditional(
      hasAnnotations,
      none,
      list(patch('add', concat(variable('path'), '/annotations'), mapOf([]))),
    ),
  );
  const key = (found: Expression) => concat(variable('path'), '/annotations/', escaped(found));
  const carried = concat(
    conditional(isChanged, parents, none),
    each(variable('added'), 'map', 'key', found => patch('add', key(found), at(variable('values'), found))),
    each(variable('removed'), 'map', 'key', found => patch('remove', key(found))),
  );
  const memory = conditional(
    isOutdated,
    concat(
      conditional(
        method(optionalField(subject, 'metadata', 'annotations'), 'hasValue'),
        none,
        list(patch('add', literal('/metadata/annotations'), mapOf([]))),
      ),
      list(
        patch(
          'add',
          concat('/metadata/annotations/', escaped(literal(propagatedAnnotation))),
          variable('newMemory'),
        ),
      ),
    ),
    none,
  );
  return concat(carried, memory);
}

/** No operation, of a type that the API server knows. */
function emptyPatch(patch: (op: string, path: Expression) => Expression): Expression {
  return each(texts([]), 'map', 'path', path => patch('test', path));
}
