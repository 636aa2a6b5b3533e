import type { Expression, ListEntry, MapEntry, Operator } from './expression.ts';
import { quoteText } from './quote-text.ts';

/**
 * Writes an expression as text, with brackets only where the grammar needs them:
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 *
 * Throws where a name is no identifier, or where a comprehension declares a name that stands for something there already:
 * a fault of who put the expression together.
 */
export function printExpression(expression: Expression): string {
  return print(expression, new Set());
}

type Names = ReadonlySet<string>;

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
      return `${printAt(memberLevel, expression.of, names)}${dot}${identifier(expression.field)}`;
    }
    case 'index': {
      const open = expression.isOptional ? '[?' : '[';
      return `${printAt(memberLevel, expression.of, names)}${open}${print(expression.index, names)}]`;
    }
    case 'call':
      return printCall(expression, names);
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
  const declared = of !== undefined && macros.has(name) ? declaredBy(given) : [];
  for (const own of declared)
    if (names.has(own)) throw new Error(`the name ${own} is declared within its own comprehension`);
  const inner = declared.length === 0 ? names : new Set([...names, ...declared]);
  return `${target}${identifier(name)}(${given.map(argument => print(argument, inner)).join(', ')})`;
}

/** The names before the last one or two arguments of a macro. */
function declaredBy(given: readonly Expression[]): readonly string[] {
  const end = given.findIndex(argument => argument.kind !== 'name');
  return given
    .slice(0, end < 0 ? given.length - 1 : end)
    .flatMap(argument => (argument.kind === 'name' ? argument.name : []));
}

const macros: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
  'sortBy',
  'transformList',
  'transformMap',
  'transformMapEntry',
]);

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

/** Words that no identifier may be. */
const reserved: ReadonlySet<string> = new Set([
  'as',
  'break',
  'const',
  'continue',
  'else',
  'false',
  'for',
  'function',
  'if',
  'import',
  'in',
  'let',
  'loop',
  'namespace',
  'null',
  'package',
  'return',
  'true',
  'var',
  'void',
  'while',
]);
