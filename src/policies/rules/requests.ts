/**
 * What annotations ask for, as request/read-requests.ts reads them: the instances of one sidecar, each with its annotations
 * by parameter.
 */
import { injectParameter } from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  concat,
  conditional,
  dyn,
  each,
  eachPair,
  entry,
  equals,
  integer,
  isIn,
  literal,
  mapOf,
  matches,
  method,
  not,
  or,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText } from '../template/json-text.ts';
import { instanceName, isOfSidecar, switchKey } from './annotation-keys.ts';
import { countingValue, eachKey, isLeftOut, offered, own } from './counting-annotations.ts';
import { inheritedVariables } from './namespace-offers.ts';
import type { Variable } from './variable.ts';

/** What a request has, as a map of CEL. */
export const requestKeys = {
  id: 'id',
  name: 'name',
  texts: 'texts',
  parameters: 'parameters',
  inherited: 'inherited',
  isInherited: 'isInherited',
} as const;

/** The variables about requests. `inherits`: whether those of the namespace count too. */
export function requestVariables(definition: SidecarDefinition, inherits: boolean): readonly Variable[] {
  return [
    ...(inherits ? inheritedVariables() : []),
    ['entries', entries(definition, inherits)],
    ['malformed', malformed()],
    ['requests', requests(inherits)],
  ];
}

/** Every annotation of this sidecar that counts, in the order of the keys. */
function entries(definition: SidecarDefinition, inherits: boolean): Expression {
  const hasOwnInject = definition.parameters.has(injectParameter);
  const isOut = (key: Expression) => (hasOwnInject ? literal(false) : isLeftOut(key, inherits));
  const ofPod = eachKey(own, 'filter', key => and(isOfSidecar(key, definition), not(isOut(key))));
  const keys = inherits
    ? concat(
        ofPod,
        eachKey(offered, 'filter', key =>
          and(
            isOfSidecar(key, definition),
            not(isIn(key, own)),
            or(isIn(switchKey(key), own), isIn(switchKey(key), offered)),
            not(isOut(key)),
            isNoNews(key),
          ),
        ),
      )
    : ofPod;
  return each(method(keys, 'sort'), 'map', 'key', key =>
    mapOf([
      entry('key', dyn(key)),
      entry('id', dyn(switchKey(key))),
      entry('value', dyn(countingValue(key, inherits))),
    ]),
  );
}

/** A pod that was injected before keeps what it has, whatever its namespace says by now. */
function isNoNews(key: Expression): Expression {
  return or(
    not(variable('wasInjected')),
    and(
      or(isIn(switchKey(key), own), isIn(instanceName(switchKey(key)), variable('named'))),
      isWellFormed(key),
    ),
  );
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

const wellFormed = `^sidecar[.]io/${label}(?:_${label})?(?:[.][a-z0-9][-a-z0-9]*)?$`;

function isWellFormed(key: Expression): Expression {
  return matches(key, wellFormed);
}

function malformed(): Expression {
  return each(
    each(variable('entries'), 'filter', 'entry', found => not(isWellFormed(at(found, 'key')))),
    'map',
    'entry',
    found => at(found, 'key'),
  );
}

function requests(inherits: boolean): Expression {
  const good = each(variable('entries'), 'filter', 'entry', found => isWellFormed(at(found, 'key')));
  const ids = method(
    each(good, 'map', 'entry', found => at(found, 'id')),
    'distinct',
  );
  return each(ids, 'map', 'id', id => {
    const ofInstance = each(variable('entries'), 'filter', 'entry', found =>
      and(equals(at(found, 'id'), id), isWellFormed(at(found, 'key'))),
    );
    const isOwn = (found: Expression) => isIn(at(found, 'key'), own);
    return mapOf([
      entry(requestKeys.id, dyn(id)),
      entry(requestKeys.name, dyn(instanceName(id))),
      entry(
        requestKeys.texts,
        dyn(
          eachPair(ofInstance, 'transformMapEntry', ['index', 'entry'], (_index, found) =>
            mapOf([{ key: parameterOf(found), value: at(found, 'value') }]),
          ),
        ),
      ),
      entry(
        requestKeys.parameters,
        dyn(textOf(inherits ? each(ofInstance, 'filter', 'entry', isOwn) : ofInstance)),
      ),
      ...(inherits
        ? [
            entry(
              requestKeys.inherited,
              dyn(textOf(each(ofInstance, 'filter', 'entry', found => not(isOwn(found))))),
            ),
            entry(requestKeys.isInherited, dyn(not(isIn(id, own)))),
          ]
        : []),
    ]);
  });
}

/** Empty for the key that asks for the instance itself. */
function parameterOf(found: Expression): Expression {
  return conditional(
    equals(at(found, 'key'), at(found, 'id')),
    literal(''),
    method(at(found, 'key'), 'substring', binary('+', size(at(found, 'id')), integer(1))),
  );
}

/** What the webhook makes a hash of: the annotations as a list of names and values. */
function textOf(found: Expression): Expression {
  const pairs = each(found, 'map', 'entry', one =>
    concat('[', jsonText(parameterOf(one)), ',', jsonText(at(one, 'value')), ']'),
  );
  return concat('[', method(pairs, 'join', literal(',')), ']');
}
