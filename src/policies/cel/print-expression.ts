import type { Bound, Comprehension, Expression, ListEntry, MapEntry, Operator } from './expression.ts';
import { quoteText } from './quote-text.ts';

/**
 * Writes an expression as text, with brackets only where the grammar needs them:
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 *
 * Throws where a name is no identifier, and where a variable is used outside of its comprehension: a fault of who put the
 * expression together.
 */
export function printExpression(expression: Expression): string {
  return print(expression, new Map());
}

/** What the variables around an expression are called. */
type Names = ReadonlyMap<Bound, string>;

/** The levels of the grammar, from what binds least. */
const levels: readonly (readonly Operator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const conditionalLevel = -1;
const unaryLevel = levels.length;
const memberLevel = unaryLevel + 1;

function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'conditional':
      return conditionalLevel;
    case 'binary':
      return levels.findIndex(operators => operators.includes(expression.operator));
    case 'not':
      return unaryLevel;
    case 'number':
      return expression.value < 0 ? unaryLevel : memberLevel;
    default:
      return memberLevel;
  }
}

function print(expression: Expression, names: Names): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? quoteText(expression.value) : String(expression.value);
    case 'number':
      return printNumber(expression.value, expression.isDouble === true);
    case 'name':
      return identifier(expression.name);
    case 'field': {
      const dot = expression.isOptional ? '.?' : '.';
      return `${printAt(memberLevel, expression.of, names)}${dot}${selector(expression.field)}`;
    }
    case 'index': {
      const open = expression.isOptional ? '[?' : '[';
      return `${printAt(memberLevel, expression.of, names)}${open}${print(expression.index, names)}]`;
    }
    case 'call':
      return printCall(expression, names);
    case 'comprehension':
      return printComprehension(expression, names);
    case 'bound':
      return nameOf(expression, names);
    case 'not':
      return `!${printAt(unaryLevel, expression.of, names)}`;
    case 'binary':
      return printBinary(expression, names);
    case 'conditional': {
      const [condition, then] = [expression.condition, expression.then].map(part => printAt(0, part, names));
      return `${condition} ? ${then} : ${print(expression.otherwise, names)}`;
    }
    case 'list':
      return `[${printEntries(expression.entries, names)}]`;
    case 'map':
      return `{${printMapEntries(expression.entries, names)}}`;
    case 'object': {
      const fields = expression.fields.map(
        ([field, value]) => `${identifier(field)}: ${print(value, names)}`,
      );
      return `${identifier(expression.type)}{${fields.join(', ')}}`;
    }
  }
}

/** An expression where the grammar wants one of at least that level. */
function printAt(level: number, expression: Expression, names: Names): string {
  const text = print(expression, names);
  return levelOf(expression) < level ? `(${text})` : text;
}

function printBinary({ operator, operands }: Expression & { kind: 'binary' }, names: Names): string {
  const level = levels.findIndex(operators => operators.includes(operator));
  const [first, ...others] = operands;
  // What stands on the right is looked at as a whole: a - (b - c).
  return [printAt(level, first, names), ...others.map(operand => printAt(level + 1, operand, names))].join(
    ` ${operator} `,
  );
}

function printCall({ of, name, arguments: given }: Expression & { kind: 'call' }, names: Names): string {
  const target = of === undefined ? '' : `${printAt(memberLevel, of, names)}.`;
  return `${target}${identifier(name)}(${given.map(argument => print(argument, names)).join(', ')})`;
}

function printComprehension(comprehension: Comprehension, names: Names): string {
  const { of, macro, variables } = comprehension;
  const inner = new Map(names);
  for (const variable of variables) inner.set(variable, freeName(variable.hint, new Set(inner.values())));
  const declared = variables.map(variable => nameOf(variable, inner));
  const given = comprehension.arguments.map(argument => print(argument, inner));
  return `${printAt(memberLevel, of, names)}.${identifier(macro)}(${[...declared, ...given].join(', ')})`;
}

/** The name, with a number behind it where it is taken. */
function freeName(hint: string, taken: ReadonlySet<string>): string {
  const isTaken = (name: string) => taken.has(name) || globals.has(name);
  if (!isTaken(hint)) return hint;
  let number = 2;
  while (isTaken(`${hint}${number}`)) number += 1;
  return `${hint}${number}`;
}

/** What the API server declares, and namespaces of functions. */
const globals: ReadonlySet<string> = new Set([
  'authorizer',
  'jsonpatch',
  'lists',
  'math',
  'namespaceObject',
  'object',
  'oldObject',
  'optional',
  'params',
  'request',
  'sets',
  'variables',
]);

function nameOf(variable: Bound, names: Names): string {
  const found = names.get(variable);
  if (found === undefined) throw new Error(`${variable.hint} is used outside of its comprehension`);
  return identifier(found);
}

function printEntries(entries: readonly ListEntry[], names: Names): string {
  return entries.map(({ value, isOptional }) => `${isOptional ? '?' : ''}${print(value, names)}`).join(', ');
}

function printMapEntries(entries: readonly MapEntry[], names: Names): string {
  return entries
    .map(
      ({ key, value, isOptional }) => `${isOptional ? '?' : ''}${print(key, names)}: ${print(value, names)}`,
    )
    .join(', ');
}

function printNumber(value: number, isDouble: boolean): string {
  if (!isDouble) {
    if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
    return String(value);
  }
  if (!Number.isFinite(value)) throw new Error(`${value} is no number`);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function identifier(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || reserved.has(text))
    throw new Error(`"${text}" is no identifier`);
  return text;
}

/** A field may have any name but that of a keyword. */
function selector(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || keywords.has(text)) throw new Error(`"${text}" is no field`);
  return text;
}

const keywords: ReadonlySet<string> = new Set(['false', 'in', 'null', 'true']);

/** Words that no identifier may be. */
const reserved: ReadonlySet<string> = new Set([
  ...keywords,
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'namespace',
  'package',
  'return',
  'var',
  'void',
  'while',
]);
