import { fractions, multiples } from '../../kubernetes/quantity.ts';
import {
  at,
  binary,
  bind,
  call,
  conditional,
  double,
  integer,
  isIn,
  literal,
  mapOf,
  matches,
  method,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** CEL has no number as large, and no cluster either. */
export function hasLargeExponent(text: Expression): Expression {
  return matches(text, '[eE][+-]?0*[1-9][0-9]{2}');
}

/** The amount of a text that is a quantity, as a double, by the steps by which the engine finds it. */
export function quantityAmount(text: Expression): Expression {
  const suffixed = bind(method(text, 'find', literal('[numkMGTPEi]+\\z')), 'unit', unit => {
    const digits = call('double', method(text, 'substring', integer(0), binary('-', size(text), size(unit))));
    return conditional(
      isIn(unit, fractionTable),
      binary('/', digits, at(fractionTable, unit)),
      binary('*', digits, at(multipleTable, unit)),
    );
  });
  return conditional(matches(text, '[numkMGTPEi]\\z'), suffixed, call('double', text));
}

const fractionTable = tableOf(fractions);
const multipleTable = tableOf(multiples);

function tableOf(factors: Readonly<Record<string, number>>): Expression {
  return mapOf(
    Object.entries(factors).map(([unit, factor]) => ({ key: literal(unit), value: double(factor) })),
  );
}
