/**
 * Every place in the sources where work can grow faster than its input: calls that look through a text or a list, loops,
 * lists made of others, and regular expressions. Found in the syntax tree, so that none is forgotten.
 */
import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, type CallExpression, parse } from 'acorn';
import { sourceImports, sourceText } from '../../../scripts/source-imports.ts';

export interface Site {
  /** The file below src/, the line, and the code. */
  readonly name: string;
  readonly file: string;
  /** Else it is run once, as the file is loaded. */
  readonly isInFunction: boolean;
}

/** Where a review comes in, and what reads the values of its annotations, which definitions hold as functions. */
const entrances = [
  'admission/answer-review.ts',
  'http/admission-app.ts',
  'injection/inject.ts',
  'namespaces/judge-namespace.ts',
  'workloads/decide-workload.ts',
  'sidecars/parameters/common-parameters.ts',
  'sidecars/parameters/parameter.ts',
  'sidecars/parameters/switch-value.ts',
];

/** The files whose code a review can run, as paths below src/. */
export const reachableFiles: ReadonlySet<string> = reachableFrom(entrances);

function reachableFrom(files: readonly string[]): ReadonlySet<string> {
  const found = new Set(files);
  for (const file of found) {
    for (const { file: importer, imported, isType } of sourceImports)
      if (importer === file && imported !== undefined && !isType) found.add(imported);
  }
  return found;
}

/** Calls whose cost is that of the whole text or list that they are made on. */
const ofTexts = new Set([
  ...['split', 'match', 'matchAll', 'replace', 'replaceAll', 'search', 'normalize'],
  ...['indexOf', 'lastIndexOf', 'includes', 'find', 'findLast', 'findIndex', 'findLastIndex'],
  ...['some', 'every', 'filter', 'reduce', 'sort', 'toSorted', 'localeCompare', 'join', 'concat'],
]);
const ofExpressions = new Set(['test', 'exec']);

interface Edit {
  readonly at: number;
  readonly text: string;
  /** Ends of nodes that end at one place: the inner ones come first. */
  readonly isEnd: boolean;
}

export interface Instrumented {
  readonly sites: readonly Site[];
  /** The code, which calls `seen(site, value)` with what each site works on and `made(site, expression)`. */
  readonly code: string;
}

/** Finds the sites of a file and puts a call before each. */
export function instrument(file: string): Instrumented {
  const source = stripTypeScriptTypes(sourceText(file));
  const sites: Site[] = [];
  const edits: Edit[] = [];
  const wrap = ({ start, end }: AnyNode, site: Site, [callee, behind = '']: readonly string[]) => {
    sites.push(site);
    edits.push({ at: start, text: `globalThis.${callee}(${JSON.stringify(site.name)},(`, isEnd: false });
    edits.push({ at: end, text: `))${behind}`, isEnd: true });
  };
  const visit = (node: AnyNode, isInFunction: boolean): void => {
    const { start, end } = node;
    const line = source.slice(0, start).split('\n').length;
    const code = source.slice(start, end).replace(/\s+/g, ' ').slice(0, 90);
    const site = { name: `${file}:${line} ${code}`, file, isInFunction };
    const looked = lookedThrough(node);
    if (looked) wrap(looked.through, site, ['seen', looked.behind]);
    if (isExpression(node)) wrap(node, site, ['made']);
    for (const child of childrenOf(node)) visit(child, isInFunction || isFunction(node));
  };
  visit(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }), false);
  return { sites, code: edited(source, edits) };
}

/** The regular expressions that are written in a file. */
export function expressionsIn(file: string): readonly RegExp[] {
  const expressions: RegExp[] = [];
  const visit = (node: AnyNode): void => {
    if (node.type === 'Literal' && node.regex) {
      expressions.push(new RegExp(node.regex.pattern, node.regex.flags));
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parse(stripTypeScriptTypes(sourceText(file)), { ecmaVersion: 'latest', sourceType: 'module' }));
  return expressions;
}

interface Looked {
  /** What is gone through. */
  readonly through: AnyNode;
  /** What has to stand behind the call that is put in. */
  readonly behind: string;
}

function lookedThrough(node: AnyNode): Looked | undefined {
  switch (node.type) {
    case 'CallExpression':
      return callThrough(node);
    case 'SpreadElement':
      return { through: node.argument, behind: '' };
    case 'ForOfStatement':
      return { through: node.right, behind: '' };
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return node.test ? { through: node.test, behind: '' } : undefined;
    default:
      return undefined;
  }
}

function callThrough({ callee, arguments: [first] }: CallExpression): Looked | undefined {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined;
  const { object, property, optional } = callee;
  // An expression is known when it is made; what it goes through is the text that it is given.
  if (ofExpressions.has(property.name)) return first && { through: first, behind: '' };
  if (!ofTexts.has(property.name) || object.type === 'ArrayExpression') return undefined;
  // A chain that ended early would go on behind the call that is put in.
  return { through: object, behind: !optional && isChain(object) ? '?' : '' };
}

function isFunction({ type }: AnyNode): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(type);
}

function isExpression(node: AnyNode): boolean {
  if (node.type === 'Literal') return node.regex !== undefined;
  return ['NewExpression', 'CallExpression'].includes(node.type) && /^RegExp$/.test(calleeOf(node));
}

function calleeOf(node: AnyNode): string {
  const { callee } = node as { readonly callee?: AnyNode };
  return callee?.type === 'Identifier' ? callee.name : '';
}

function isChain(node: AnyNode): boolean {
  if (node.type === 'MemberExpression') return node.optional || isChain(node.object as AnyNode);
  return node.type === 'CallExpression' && (node.optional || isChain(node.callee as AnyNode));
}

/** The nodes right below a node; a spread in an object copies fields and looks through no text. */
function childrenOf(node: AnyNode): readonly AnyNode[] {
  const below = Object.values(node).flat() as readonly unknown[];
  const children = below.filter(
    (value): value is AnyNode => typeof (value as AnyNode | null)?.type === 'string',
  );
  if (node.type !== 'ObjectExpression') return children;
  return children.map(child => (child.type === 'SpreadElement' ? child.argument : child));
}

function edited(source: string, edits: readonly Edit[]): string {
  const ordered = edits
    .map((edit, index) => ({ ...edit, index }))
    .toSorted(
      (a, b) =>
        a.at - b.at || Number(b.isEnd) - Number(a.isEnd) || (a.isEnd ? b.index - a.index : a.index - b.index),
    );
  let [code, done] = ['', 0];
  for (const { at, text } of ordered) {
    code += source.slice(done, at) + text;
    done = at;
  }
  return code + source.slice(done);
}
