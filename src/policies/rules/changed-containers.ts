/** The operations that change the lists of containers, and containers of the app. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import {
  and,
  at,
  binary,
  bind,
  call,
  concat,
  concatAll,
  conditional,
  dyn,
  each,
  eachPair,
  equals,
  integer,
  isIn,
  list,
  mapWhere,
  method,
  optionalField,
  or,
  orValue,
  size,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { operation } from './patch-operations.ts';
import { initContainers, spec } from './pod.ts';
import { isNative } from './traits.ts';

/** What the app's own containers get. */
export function changesOf(listName: 'initContainers' | 'containers'): Expression {
  const of = (added: Expression) => at(at(at(added, 'wanted'), 'place'), 'list');
  const changes = (variableName: string, fieldName: string, key: string) =>
    bind(
      each(variable(variableName), 'filter', 'added', added => equals(of(added), listName)),
      'changes',
      found =>
        concatAll(
          eachPair(
            orValue(optionalField(spec, listName), list()),
            'transformList',
            ['index', 'container'],
            (index, container) =>
              bind(
                mapWhere(
                  found,
                  'added',
                  added => equals(at(at(at(added, 'wanted'), 'place'), 'index'), index),
                  added => at(at(added, 'wanted'), key),
                ),
                'entries',
                entries => {
                  const path = concat(`/spec/${listName}/`, call('string', index), `/${fieldName}`);
                  return conditional(
                    equals(size(entries), 0),
                    list(),
                    conditional(
                      method(optionalField(container, fieldName), 'hasValue'),
                      each(entries, 'map', 'value', value => operation(concat(path, '/-'), value)),
                      list(operation(path, dyn(entries))),
                    ),
                  );
                },
              ),
          ),
        ),
    );
  return concat(
    changes('addedMounts', 'volumeMounts', 'mount'),
    changes('addedVariables', 'env', 'variable'),
  );
}

/** Right after the last native proxy and the sidecars of others that come before, otherwise first. */
export function insertions(added: Expression, { startAfter }: InjectionPolicy): Expression {
  const present = optionalField(spec, 'initContainers');
  const positions = eachPair(initContainers, 'transformList', ['index', 'container'], (index, container) =>
    conditional(
      or(
        and(isIn(at(container, 'name'), texts(startAfter)), isNative(container)),
        isIn(at(container, 'name'), variable('earlier')),
      ),
      binary('+', index, integer(1)),
      integer(0),
    ),
  );
  const index = conditional(equals(size(initContainers), 0), integer(0), method(positions, 'max'));
  return bind(added, 'inserted', values =>
    conditional(
      equals(size(values), 0),
      list(),
      conditional(
        method(present, 'hasValue'),
        bind(index, 'first', first =>
          eachPair(values, 'transformList', ['offset', 'value'], (offset, value) =>
            operation(concat('/spec/initContainers/', call('string', binary('+', first, offset))), value),
          ),
        ),
        list(operation('/spec/initContainers', dyn(values))),
      ),
    ),
  );
}
