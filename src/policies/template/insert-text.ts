/** Values as texts that others are put together of. */
import {
  and,
  at,
  binary,
  bind,
  call,
  concat,
  conditional,
  each,
  equals,
  integer,
  literal,
  method,
  name,
  not,
  or,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** Several values as an annotation would hold them. */
export function insertText(value: Expression, holds: 'one' | 'list' | 'map', isText: boolean): Expression {
  if (holds === 'one') return isText ? value : call('string', value);
  const entries =
    holds === 'list'
      ? each(value, 'map', 'entry', entry => call('string', entry))
      : each(value, 'map', 'pair', pair => concat(at(pair, 0), '=', at(pair, 1)));
  return method(entries, 'join', literal(','));
}

/**
 * Doubles the dollar signs that the kubelet would take for a reference or for an escape: those beside another one, those
 * before a bracket, and the last one where nothing follows it. The text is taken apart at all of them.
 */
export function withoutExpansion(text: Expression): Expression {
  if (text.kind === 'literal' && !String(text.value).includes('$')) return text;
  return bind(text, 'text', whole =>
    conditional(
      not(method(whole, 'contains', literal('$'))),
      whole,
      bind(method(whole, 'split', literal('$')), 'parts', doubled),
    ),
  );
}

function doubled(parts: Expression): Expression {
  const pieces = each(method(name('lists'), 'range', size(parts)), 'map', 'index', index => {
    const before = at(parts, binary('-', index, integer(1)));
    const after = at(parts, index);
    const isBesideOther = and(equals(before, ''), binary('>', index, integer(1)));
    const isMeant = or(isBesideOther, equals(after, ''), method(after, 'startsWith', literal('(')));
    return conditional(
      equals(index, 0),
      after,
      concat(conditional(isMeant, literal('$$'), literal('$')), after),
    );
  });
  return method(pieces, 'join');
}
