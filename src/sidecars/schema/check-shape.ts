import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { suggestion } from '../../nearest-name.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { onlyParameter, parametersIn, takesEntries, takesJson } from '../template/template.ts';
import type { KeyPath, ProblemMessage } from '../yaml-source.ts';
import { choiceConditions } from './definition-shape.ts';
import { hasNumberFormat, hasTextFormat, numberProblem, textProblem } from './field-problem.ts';
import { fileModeProblem, octalMode } from './file-mode.ts';
import { knownElsewhere } from './known-elsewhere.ts';

/** A document, and who is told what is wrong with it. */
export interface DocumentToCheck {
  readonly document: Document.Parsed | undefined;
  addAtNode(node: Node | null, path: KeyPath, message: ProblemMessage): void;
  /** Nobody knows the last key of the path. */
  addUnknownKey(key: Node, path: KeyPath, message: ProblemMessage): void;
  /** The map at the path lacks a key. */
  addMissing(map: Node, path: KeyPath, key: string): void;
}

/** Reports everything in a document that does not fit a shape: unknown keys, missing ones, wrong kinds of values. */
export function checkShape(source: DocumentToCheck, shape: Shape): void {
  const { document } = source;
  if (document) check({ source, isTemplate: false }, document.contents, shape, []);
}

interface Context {
  readonly source: DocumentToCheck;
  readonly isTemplate: boolean;
  /** Whether what is checked stands in a list, where it may stand for several entries. */
  readonly isEntry?: boolean;
}

function check(context: Context, node: Node | null, shape: Shape, path: KeyPath): void {
  if (shape.kind === 'template') return check({ ...context, isTemplate: true }, node, shape.of, path);
  if (shape.kind === 'entries') return checkEntries(context, node, shape.of, path);
  if (isAlias(node))
    return context.source.addAtNode(node, path, 'aliases are not supported; write the value out');
  const form = context.isTemplate && isMap(node) ? formOf(node, shape, context) : undefined;
  if (form !== undefined) return checkObject(context, node, form, path);
  const within = context.isEntry ? { ...context, isEntry: false } : context;
  return checkPlain(within, node, shape, path);
}

/** In place of an entry a list may stand, whose entries then stand there. */
function checkEntries(context: Context, node: Node | null, of: Shape, path: KeyPath): void {
  const inList = { ...context, isEntry: true };
  return isSeq(node) ? checkList(inList, node, of, path) : check(inList, node, of, path);
}

function checkPlain(context: Context, node: Node | null, shape: Shape, path: KeyPath): void {
  switch (shape.kind) {
    case 'any':
      return checkAnything(context, node, path);
    case 'object':
      return checkObject(context, node, shape, path);
    case 'map':
      return checkMap(context, node, shape, path);
    case 'list':
      return checkList(context, node, shape.of, path);
    case 'one-or-list':
      return isSeq(node) ? checkList(context, node, shape.of, path) : check(context, node, shape.of, path);
    default:
      return checkScalar(context, node, shape, path);
  }
}

function checkObject(context: Context, node: Node | null, shape: ObjectShape, path: KeyPath): void {
  if (!isMap(node)) return reportKind(context, node, 'a map', path);
  for (const { key, name, value } of entriesOf(node)) {
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (field) check(context, value, field, [...path, name]);
    else context.source.addUnknownKey(key, [...path, name], () => unknownKey(name, shape));
  }
  for (const name of shape.required ?? []) {
    if (!node.has(name)) context.source.addMissing(node, path, name);
  }
}

function unknownKey(name: string, shape: ObjectShape): string {
  const refusal = Object.hasOwn(shape.refused ?? {}, name) ? shape.refused?.[name] : undefined;
  if (refusal !== undefined) return `not to be set here: ${refusal}`;
  if (name === '<<') return 'merge keys are not supported; write the keys out';
  const elsewhere = knownElsewhere(name);
  const advice =
    elsewhere === undefined ? suggestion(name, Object.keys(shape.fields)) : `; it belongs below ${elsewhere}`;
  return `unknown key "${name}"${advice}`;
}

function checkMap(context: Context, node: Node | null, shape: Shape & { kind: 'map' }, path: KeyPath): void {
  if (!isMap(node)) return reportKind(context, node, 'a map', path);
  for (const { key, name, value } of entriesOf(node)) {
    const problem = shape.keys && textProblem(name, shape.keys);
    if (problem !== undefined) context.source.addAtNode(key, [...path, name], problem);
    check(context, value, shape.of, [...path, name]);
  }
}

function checkList(context: Context, node: Node | null, shape: Shape, path: KeyPath): void {
  if (!isSeq(node)) return reportKind(context, node, 'a list', path);
  (node as YAMLSeq<Node | null>).items.forEach((entry, index) => {
    check({ ...context, isEntry: true }, entry, shape, [...path, index]);
  });
}

/** What may stand in place of a value in a template. */
function formOf(node: YAMLMap, shape: Shape, { isEntry = false }: Context): ObjectShape | undefined {
  if (node.has('each') && isEachForm(node, shape)) return isEntry ? eachShape(shape) : misplacedEach;
  if (node.has('when')) return choiceShape(node, shape, isEntry);
  if (isMisnamedChoice(node, shape)) return misnamedChoice;
  return takesJson(shape) && node.has('json') ? jsonShape : undefined;
}

/** The JSON of a program may have a key `each` of its own, beside others or without a value. */
function isEachForm(node: YAMLMap, shape: Shape): boolean {
  const names = entriesOf(node).map(({ name }) => name);
  return (
    shape.kind !== 'any' ||
    (node.has('value') && names.every(name => ['each', 'when', 'value'].includes(name)))
  );
}

function eachShape(of: Shape): ObjectShape {
  const value: Shape = takesEntries(of) ? { kind: 'entries', of } : of;
  return {
    kind: 'object',
    required: ['each', 'value'],
    fields: { each: { kind: 'text' }, when: choiceConditions, value: { kind: 'template', of: value } },
    refused: { else: 'entries are made for each value, and for none where there is none' },
  };
}

const misplacedEach: ObjectShape = {
  kind: 'object',
  fields: { when: { kind: 'any' }, value: { kind: 'any' } },
  refused: { each: 'only an entry of a list can be made for each value' },
};

function choiceShape(node: YAMLMap, of: Shape, isEntry: boolean): ObjectShape {
  const branch: Shape = {
    kind: 'template',
    of: isEntry && takesEntries(of) ? { kind: 'entries', of } : of,
  };
  return {
    kind: 'object',
    // Under the name of another language it is there.
    required: node.has('then') ? ['when'] : ['when', 'value'],
    fields: { when: choiceConditions, value: branch, else: branch },
    refused: otherWords,
  };
}

/** What other languages call the keys of a choice. */
const otherWords = Object.fromEntries([
  ['then', 'write "value"'],
  ['default', 'write "else"'],
  ['otherwise', 'write "else"'],
]);

/** `{if: …, value: …}`, where a program's JSON may have such keys of its own. */
function isMisnamedChoice(node: YAMLMap, shape: Shape): boolean {
  return shape.kind !== 'any' && shape.kind !== 'map' && (node.has('if') || node.has('unless'));
}

const misnamedChoice: ObjectShape = {
  kind: 'object',
  fields: Object.fromEntries(['value', 'then', 'else'].map((key): [string, Shape] => [key, { kind: 'any' }])),
  refused: {
    if: 'a condition is {when: …, value: …, else: …}',
    unless: 'a condition is {when: "!…", value: …, else: …}',
  },
};

const jsonShape: ObjectShape = { kind: 'object', fields: { json: { kind: 'any' } } };

/** Anything may stand here; below a template it may hold choices. */
function checkAnything(context: Context, node: Node | null, path: KeyPath): void {
  if (!context.isTemplate) return;
  if (isMap(node)) checkMap(context, node, { kind: 'map', of: { kind: 'any' } }, path);
  if (isSeq(node)) checkList(context, node, { kind: 'any' }, path);
  const problem = isScalar(node) ? lostNumberProblem(node) : undefined;
  if (problem !== undefined) context.source.addAtNode(node, path, problem);
}

function checkScalar(context: Context, node: Node | null, shape: Shape, path: KeyPath): void {
  if (!isScalar(node)) return reportKind(context, node, kindInWords[shape.kind] ?? 'a value', path);
  // What is put in is known when the parameters are.
  const isFilled = context.isTemplate && typeof node.value === 'string' && namesParameter(node.value);
  if (isFilled && (hasTextFormat(shape) || onlyParameter(String(node.value)) !== undefined)) return;
  if (shape.kind === 'number' && shape.isFileMode) node.value = octalMode(node) ?? node.value;
  const message = scalarProblem(node, shape);
  if (message !== undefined) context.source.addAtNode(node, path, message);
}

const kindInWords: Readonly<Record<string, string>> = {
  text: 'a text',
  scalar: 'a text, a number or a boolean',
  boolean: 'true or false',
  number: 'a whole number',
  'number-or-text': 'a number or a text',
};

function scalarProblem(node: Scalar, shape: Shape): string | undefined {
  const { value } = node;
  if (shape.kind === 'number' && shape.isFileMode) {
    const problem = fileModeProblem(node);
    if (problem !== undefined) return problem;
  }
  const lost = lostNumberProblem(node);
  if (lost !== undefined) return lost;
  if (!fits[shape.kind]?.(value)) return kindProblem(value, shape);
  if (typeof value === 'string' && hasTextFormat(shape)) return textProblem(value, shape);
  if (typeof value === 'number' && hasNumberFormat(shape)) return numberProblem(value, shape);
  return undefined;
}

/** A number of YAML that would reach the pod as another: JSON has no infinity, and integers lose digits beyond 2⁵³. */
function lostNumberProblem({ value, source = '' }: Scalar): string | undefined {
  if (typeof value !== 'number') return undefined;
  const isKept = Number.isFinite(value) && (Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(source));
  return isKept ? undefined : `JSON cannot hold the number ${source}; write it in quotes if a text is meant`;
}

function kindProblem(value: unknown, { kind }: Shape): string {
  if (value === null) return `expected ${kindInWords[kind]}, got nothing`;
  const advice = kind === 'text' ? '; write it in quotes' : '';
  return `expected ${kindInWords[kind]}, got ${JSON.stringify(value)}${advice}`;
}

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  number: Number.isSafeInteger,
  scalar: value => value !== null,
  'number-or-text': value => typeof value === 'string' || Number.isSafeInteger(value),
};

/** Which parameter it is, and whether its type fits, is checked when the parameters are known. */
function namesParameter(text: string): boolean {
  return text.includes('${') && parametersIn(text).length > 0;
}

function reportKind(context: Context, node: Node | null, expected: string, path: KeyPath): void {
  const advice = expected === 'a list' ? listAdvice(node) : '';
  context.source.addAtNode(node, path, `expected ${expected}, got ${kindOf(node)}${advice}`);
}

/** How to write as a list what is none. */
function listAdvice(node: Node | null): string {
  if (isMap(node) && node.has('when'))
    return '; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}]';
  return isScalar(node) && node.value !== null ? `; write it in brackets: [${kindOf(node)}]` : '';
}

function kindOf(node: Node | null): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  return isScalar(node) && node.value !== null ? JSON.stringify(node.value) : 'nothing';
}

function entriesOf(map: YAMLMap): readonly { key: Node; name: string; value: Node | null }[] {
  return (map.items as Pair<Node, Node | null>[]).map(({ key, value }) => ({
    key,
    name: isScalar(key) ? String(key.value) : '',
    value,
  }));
}
