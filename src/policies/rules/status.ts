/** What sidecar.io/status says of an earlier pass. CEL reads no JSON, so the text is taken apart at what only keys have. */
import { statusAnnotation } from '../../injection/request/annotation-keys.ts';
import {
  and,
  at,
  binary,
  bind,
  concat,
  each,
  entry,
  equals,
  integer,
  isIn,
  literal,
  mapOf,
  mapWhere,
  matches,
  method,
  name,
  not,
  optionalAt,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { containers, initContainers, namesOf } from './pod.ts';
import type { Variable } from './variable.ts';

/**
 * The variables about the status: `status` is its text, `statusEntries` names and texts of all entries, `named` the names,
 * `leftToOthers` what others are to see to, `before` the entries whose containers are there.
 */
export function statusVariables(): readonly Variable[] {
  const entries = bind(method(variable('status'), 'split', literal('":{')), 'parts', parts =>
    each(method(name('lists'), 'range', binary('-', size(parts), integer(1))), 'map', 'index', index =>
      mapOf([
        entry('name', lastName(at(parts, index))),
        entry('text', at(parts, binary('+', index, integer(1)))),
      ]),
    ),
  );
  const isLeft = (found: Expression) => method(at(found, 'text'), 'startsWith', literal('"leftToOthers"'));
  return [
    ['status', orValue(optionalAt(variable('own'), statusAnnotation), '')],
    ['statusEntries', entries],
    [
      'named',
      mapWhere(
        variable('statusEntries'),
        'entry',
        found => not(isLeft(found)),
        found => at(found, 'name'),
      ),
    ],
    ['leftToOthers', mapWhere(variable('statusEntries'), 'entry', isLeft, found => at(found, 'name'))],
    ['containerNames', concat(namesOf(initContainers), namesOf(containers))],
    [
      'before',
      each(variable('statusEntries'), 'filter', 'entry', found =>
        and(not(isLeft(found)), isIn(at(found, 'name'), variable('containerNames'))),
      ),
    ],
    ['ours', ours()],
    ['isStatusReadable', isReadable()],
  ];
}

function lastName(part: Expression): Expression {
  return method(part, 'substring', binary('+', method(part, 'lastIndexOf', literal('"')), integer(1)));
}

/** The names of containers that were put in, those that ran once before the app included. */
function ours(): Expression {
  const names = each(variable('before'), 'map', 'entry', found => at(found, 'name'));
  return concat(
    names,
    each(names, 'map', 'name', found => concat(found, '-init')),
  );
}

/** Whether a container is another's than of a sidecar. */
export function isOfApp(container: Expression): Expression {
  return not(isIn(at(container, 'name'), variable('ours')));
}

/** What an injector writes, with the white space that others may put in: anything else is not understood. */
function isReadable(): Expression {
  const text = '"(?:[^"\\\\]|\\\\.)*"';
  const value = `(?:${text}|\\[(?:${text}(?:,${text})*)?\\]|true|false|null|-?[0-9]+)`;
  const object = `\\{(?:${text}:${value}(?:,${text}:${value})*)?\\}`;
  return or(
    not(isIn(statusAnnotation, variable('own'))),
    matches(variable('status'), `^\\{(?:${text}:${object}(?:,${text}:${object})*)?\\}$`),
  );
}

/** Whether a name is one whose sidecar is in the pod. */
export function isInjected(sidecar: Expression): Expression {
  return and(isIn(sidecar, variable('named')), isIn(sidecar, variable('containerNames')));
}

/** The text of the entry of a name that is there. */
export function entryOf(sidecar: Expression): Expression {
  return at(
    at(
      each(variable('statusEntries'), 'filter', 'entry', found => equals(at(found, 'name'), sidecar)),
      0,
    ),
    'text',
  );
}

/** Whether an entry was written by a policy: then it has the annotations themselves. */
export function isByPolicy(text: Expression): Expression {
  return method(text, 'contains', literal('"by":"policy"'));
}
