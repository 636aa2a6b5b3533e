/** Problems as the API server tells them: in one line of less than 5 KiB. */
import {
  at,
  binary,
  bind,
  call,
  concat,
  conditional,
  equals,
  integer,
  literal,
  method,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** All of them as one text. */
export function messageText(problems: Expression): Expression {
  return conditional(
    equals(size(problems), 1),
    call('string', at(problems, 0)),
    concat(call('string', size(problems)), ' problems: ', method(problems, 'join', literal('; '))),
  );
}

/** The beginning of a text: each character takes four bytes at most. */
export function cutMessage(text: Expression): Expression {
  return bind(text, 'text', whole =>
    call(
      'string',
      conditional(
        binary('>', size(whole), integer(maxCharacters)),
        concat(method(whole, 'substring', integer(0), integer(maxCharacters)), '…'),
        whole,
      ),
    ),
  );
}

const maxCharacters = 1200;
