import { parameterTypes } from '../../sidecars/parameters/types/parameter-types.ts';
import { pathPattern, relativeSegment } from '../../sidecars/parameters/types/path.ts';
import {
  and,
  binary,
  call,
  conditional,
  equals,
  integer,
  matches,
  method,
  not,
  or,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { address, endpoint } from './addresses.ts';
import { type Advise, type CompiledType, fits } from './compiled-type.ts';
import { durationSeconds, isDurationTooLong } from './duration-seconds.ts';
import { printRegExp } from './print-pattern.ts';
import { hasLargeExponent, quantityAmount } from './quantity-amount.ts';
import { repositoryAddress } from './repository-address.ts';
import { ref } from './repository-ref.ts';

/** What CEL knows of each type of parameters, by the name that definitions use. */
export function compiledType(type: string): CompiledType {
  const compiled = compiledTypes[type];
  if (compiled === undefined) throw new Error(`no type "${type}"`);
  return compiled;
}

const wholeNumber: Pick<CompiledType, 'value' | 'magnitude'> = {
  value: text => call('int', text),
  magnitude: text => call('double', call('int', text)),
};

const compiledTypes: Readonly<Record<string, CompiledType>> = {
  string: textOf('string'),
  integer: {
    misfit: patternOf('integer'),
    ...wholeNumber,
    insertedText: text => call('string', call('int', text)),
    facts: { zero: text => matches(text, '\\A-?0\\z') },
  },
  boolean: {
    misfit: (text, advise) => conditional(or(equals(text, 'true'), equals(text, 'false')), fits, advise()),
    value: text => equals(text, 'true'),
    facts: { true: text => equals(text, 'true'), false: text => equals(text, 'false') },
  },
  // Which values it may have is a limit like others.
  enum: { misfit: () => fits },
  duration: {
    misfit: (text, advise) =>
      conditional(
        and(matches(text, printRegExp(patternFor('duration'))), not(isDurationTooLong(text))),
        fits,
        advise(),
      ),
    magnitude: durationSeconds,
  },
  quantity: {
    misfit: (text, advise) =>
      conditional(
        and(matches(text, printRegExp(patternFor('quantity'))), not(hasLargeExponent(text))),
        fits,
        advise(),
      ),
    magnitude: quantityAmount,
    losses: [{ code: 'large-exponent' }],
  },
  'git-url': repositoryAddress,
  'git-ref': ref,
  path: {
    misfit: (text, advise) => conditional(isPath(text), fits, advise()),
    value: withoutSlash,
    insertedText: withoutSlash,
  },
  'path-segment': textOf('path-segment'),
  name: textOf('name'),
  secret: textOf('secret'),
  'config-map': textOf('config-map'),
  'secret-key': textOf('secret-key'),
  url: address,
  endpoint,
  port: {
    misfit: (text, advise) =>
      conditional(
        and(matches(text, printRegExp(patternFor('port'))), binary('<', call('int', text), integer(65536))),
        fits,
        advise(),
      ),
    ...wholeNumber,
  },
};

/** The regular expression that the type itself reads its values with. */
function patternFor(type: string): RegExp {
  const pattern = parameterTypes.get(type)?.pattern;
  if (pattern === undefined) throw new Error(`the type "${type}" has no pattern`);
  return pattern;
}

function patternOf(type: string): (text: Expression, advise: Advise) => Expression {
  const pattern = printRegExp(patternFor(type));
  return (text, advise) => conditional(matches(text, pattern), fits, advise());
}

/** A type whose values are the texts that match its pattern, as they stand. */
function textOf(type: string): CompiledType {
  return { misfit: patternOf(type) };
}

/** A slash at the end says nothing, unless nothing or another slash stands before it. */
function withoutSlash(text: Expression): Expression {
  return conditional(
    matches(text, '[^/]/\\z'),
    method(text, 'substring', integer(0), binary('-', size(text), integer(1))),
    text,
  );
}

function isPath(text: Expression): Expression {
  // The pattern takes one slash at the end that is dropped; of two it takes none.
  const withSlash = printRegExp(pathPattern).replace(/\\z$/, '/?\\z');
  return and(matches(text, withSlash), not(matches(text, printRegExp(relativeSegment))));
}
