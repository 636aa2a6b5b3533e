/**
 * Which annotations of a workload are carried into its pod template, as workloads/propagate-annotations.ts tells it, with the
 * same memory of what was carried.
 */
import {
  annotationPrefix,
  propagatedAnnotation,
  statusAnnotation,
} from '../../injection/request/annotation-keys.ts';
import {
  and,
  concat,
  conditional,
  differs,
  each,
  eachPair,
  equals,
  field,
  isIn,
  literal,
  mapOf,
  method,
  name,
  not,
  optionalAt,
  optionalField,
  or,
  orValue,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText } from '../template/json-text.ts';
import { managersVariable } from './authorship.ts';
import { annotationsOf, ownVariable } from './counting-annotations.ts';
import { hasMemory, isOwned, isUndo, operationOf } from './field-managers.ts';
import type { Variable } from './variable.ts';

export const subject = name('object');

export const before = name('oldObject');

function isCarried(key: Expression): Expression {
  return and(
    method(key, 'startsWith', literal(annotationPrefix)),
    not(isIn(key, texts([statusAnnotation, propagatedAnnotation]))),
  );
}

/** `added`, `removed`: keys of the template; `values`: what they become; `newMemory`: what the workload remembers. */
export function carryingVariables(): readonly Variable[] {
  const own = variable('own');
  const template = variable('template');
  const wanted = variable('wanted');
  const value = (key: Expression) =>
    orValue(optionalAt(variable('nearer'), key), orValue(optionalAt(own, key), ''));
  const isKnown = (key: Expression, found: Expression) =>
    method(variable('memory'), 'contains', concat(jsonText(key), ':', jsonText(found)));
  const hasKnown = (key: Expression) => method(variable('memory'), 'contains', concat(jsonText(key), ':'));
  const templateAnnotations = annotationsOf(variable('podTemplate'));
  const isUpdate = equals(field(name('request'), 'operation'), 'UPDATE');
  const inTemplate = (key: Expression) => orValue(optionalAt(template, key), '');
  const isOfUser = (key: Expression) =>
    and(
      isIn(key, template),
      or(
        isOwned(key, manager => and(equals(operationOf(manager), 'Apply'), not(hasMemory(manager)))),
        and(
          method(variable('lastApplied'), 'contains', asApplied(key, inTemplate(key))),
          differs(value(key), inTemplate(key)),
        ),
        and(not(isKnown(key, inTemplate(key))), not(and(hasKnown(key), isOwned(key, isUndo)))),
        and(not(isUpdate), not(isIn(key, wanted))),
      ),
    );
  return [
    ownVariable(),
    managersVariable(),
    ['isNested', isIn('jobTemplate', field(subject, 'spec'))],
    [
      'podTemplate',
      conditional(
        variable('isNested'),
        field(subject, 'spec', 'jobTemplate', 'spec', 'template'),
        field(subject, 'spec', 'template'),
      ),
    ],
    [
      'path',
      conditional(
        variable('isNested'),
        literal('/spec/jobTemplate/spec/template/metadata'),
        literal('/spec/template/metadata'),
      ),
    ],
    // The annotations of a job template are nearer to the pod than those of the CronJob.
    [
      'nearer',
      conditional(
        variable('isNested'),
        annotationsOf(optionalField(subject, 'spec', 'jobTemplate')),
        mapOf([]),
      ),
    ],
    ['template', templateAnnotations],
    [
      'wanted',
      method(
        concat(each(own, 'filter', 'key', isCarried), each(variable('nearer'), 'filter', 'key', isCarried)),
        'distinct',
      ),
    ],
    [
      'memory',
      orValue(
        optionalAt(own, propagatedAnnotation),
        conditional(
          isUpdate,
          orValue(optionalAt(annotationsOf(before), propagatedAnnotation), ''),
          literal(''),
        ),
      ),
    ],
    ['lastApplied', orValue(optionalAt(own, 'kubectl.kubernetes.io/last-applied-configuration'), '')],
    [
      'added',
      each(wanted, 'filter', 'key', key => and(not(isOfUser(key)), differs(inTemplate(key), value(key)))),
    ],
    [
      'removed',
      each(template, 'filter', 'key', key => and(isCarried(key), not(isIn(key, wanted)), not(isOfUser(key)))),
    ],
    ['remembered', each(method(wanted, 'sort'), 'filter', 'key', key => not(isOfUser(key)))],
    [
      'newMemory',
      concat(
        '{',
        method(
          each(variable('remembered'), 'map', 'key', key => concat(jsonText(key), ':', jsonText(value(key)))),
          'join',
          literal(','),
        ),
        '}',
      ),
    ],
    [
      'values',
      eachPair(variable('added'), 'transformMapEntry', ['index', 'key'], (_index, key) =>
        mapOf([{ key, value: value(key) }]),
      ),
    ],
  ];
}

/** Key and value as kubectl writes them into the last applied configuration, where Go escapes what HTML would read. */
function asApplied(key: Expression, value: Expression): Expression {
  const escaped = [
    ['&', '\\u0026'],
    ['<', '\\u003c'],
    ['>', '\\u003e'],
  ].reduce(
    (text, [from = '', to = '']) => method(text, 'replace', literal(from), literal(to)),
    jsonText(value),
  );
  return concat(jsonText(key), ':', escaped);
}
