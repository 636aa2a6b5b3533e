import { maximumSeconds, units } from '../../sidecars/parameters/types/duration.ts';
import {
  at,
  binary,
  call,
  conditional,
  double,
  each,
  integer,
  list,
  literal,
  mapOf,
  method,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** The seconds of a text that is a duration, as a double: added up in the order in which they stand. */
export function durationSeconds(text: Expression): Expression {
  const parts = method(text, 'findAll', literal('[0-9]+(?:\\.[0-9]+)?(?:ns|us|\u00b5s|ms|s|m|h)'));
  const seconds = each(parts, 'map', 'amount', amount => {
    const unit = method(amount, 'find', literal('[a-z\u00b5]+'));
    const digits = method(amount, 'substring', integer(0), binary('-', size(amount), size(unit)));
    return binary('*', call('double', digits), at(unitTable, unit));
  });
  return method(seconds, 'sum');
}

export function isDurationTooLong(text: Expression): Expression {
  return binary('>=', durationSeconds(text), double(maximumSeconds));
}

const unitTable: Expression = mapOf(
  Object.entries(units).map(([unit, seconds]) => ({ key: literal(unit), value: double(seconds) })),
);

/** The whole seconds that templates insert, as an int: rounded up but for a billionth, and never 0. */
export function wholeSeconds(seconds: Expression): Expression {
  const whole = each(list(binary('-', seconds, double(1e-9))), 'map', 'exact', exact => {
    const floor = call('int', exact);
    const isWhole = binary('>=', call('double', floor), exact);
    return conditional(
      binary('<=', exact, double(1)),
      integer(1),
      conditional(isWhole, floor, binary('+', floor, integer(1))),
    );
  });
  return at(whole, integer(0));
}
