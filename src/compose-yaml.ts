/**
 * Reads YAML at a cost that its length bounds. The parser's own is not bounded: it takes texts of collections that
 * stand as keys, one in the other, in time that doubles with each, compares each key with all before it, and makes an
 * error with a stack for each of a hundred thousand faults.
 */
import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  type YAMLMap,
} from 'yaml';
import { composeInPieces } from './compose-in-pieces.ts';
import { finish, type Steps } from './steps.ts';

/** A place in the text where YAML is not what it should be. */
export interface YamlProblem {
  readonly offset: number;
  /** The parser's own code, or one of ours. */
  readonly code: string;
  readonly message: string;
}

export interface ComposedYaml {
  readonly documents: readonly Document.Parsed[];
  /** In the order in which they were found; where there are more than anybody reads, the last one says so. */
  readonly problems: readonly YamlProblem[];
  readonly lines: LineCounter;
}

/** Words, signs, breaks and stretches of spaces: the largest definition that ships with the project has 2,600. */
export const maxYamlTokens = 20_000;

/** Nobody can read a structure that is deeper. */
export const maxYamlDepth = 100;

/** Whoever mends these sees the next ones. */
const maxYamlProblems = 20;

/** Reads the documents of a text. Keys are texts, each once in its map. */
export function composeYaml(text: string): ComposedYaml {
  return finish(composeYamlInSteps(text));
}

/** Reads them in steps, each of which takes about as long whatever the length of the text is. */
export function* composeYamlInSteps(text: string): Steps<ComposedYaml> {
  const lines = new LineCounter();
  const problems: YamlProblem[] = [];
  const add: Report = (offset, code, message) => {
    if (problems.length < maxYamlProblems) problems.push({ offset, code, message });
    else if (problems.length === maxYamlProblems)
      problems.push({ offset, code: 'MORE', message: 'and more from here on' });
    // The composer catches what is thrown inside of a collection, and reports it: then it is thrown again.
    if (problems.length > maxYamlProblems) throw new EnoughProblems();
  };
  const documents: Document.Parsed[] = [];
  try {
    checkCharacters(text, add);
    const tokens = yield* tokensOf(text, lines, add);
    for (const token of tokens) checkStructure(token, add);
    yield;
    if (problems.length === 0) documents.push(...(yield* compose({ tokens, text, lines, add })));
  } catch (error) {
    if (!(error instanceof EnoughProblems)) throw error;
  }
  return { documents, problems, lines };
}

type Report = (offset: number, code: string, message: string) => void;

/** Ends the reading where there is more to tell than anybody would read. */
class EnoughProblems extends Error {}

// https://yaml.org/spec/1.2.2/#51-character-set
const controlCharacter = /[^\P{Cc}\t\n\r\u0085]/u;

function checkCharacters(text: string, add: Report): void {
  const offset = text.search(controlCharacter);
  if (offset === -1) return;
  const code = text.charCodeAt(offset).toString(16).padStart(4, '0');
  add(offset, 'CONTROL_CHARACTER', `the control character U+${code.toUpperCase()}; write it as an escape`);
}

function* tokensOf(text: string, lines: LineCounter, add: Report): Steps<readonly CST.Token[]> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > maxYamlTokens) {
      add(offset, 'TOO_LONG', `more than ${maxYamlTokens} words and signs; make the file smaller`);
      return [];
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    offset += lexeme.length;
    if (count % lexemesPerStep === 0) yield;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

const lexemesPerStep = 100;

interface Place {
  readonly token: CST.Token;
  readonly depth: number;
}

/** Finds what would be dear to compose, of a token with all below it: without recursion, because the depth is not known yet. */
export function checkStructure(token: CST.Token, add: Report): void {
  if (token.type === 'error') add(token.offset, 'UNEXPECTED_TOKEN', token.message);
  const open: Place[] = [{ token, depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place.depth > maxYamlDepth && 'items' in place.token) {
      return add(
        offsetOf(place.token),
        'TOO_DEEP',
        `more than ${maxYamlDepth} lists and maps in one another`,
      );
    }
    for (const below of placesBelow(place, add)) open.push(below);
  }
}

function placesBelow({ token, depth }: Place, add: Report): readonly Place[] {
  if (token.type === 'document') return token.value ? [{ token: token.value, depth: depth + 1 }] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => {
    if (key && !keyKinds.has(key.type)) {
      add(offsetOf(key), 'KEY_KIND', 'a key is a text, no list, map or alias');
    }
    return value ? [{ token: value, depth: depth + 1 }] : [];
  });
}

const keyKinds: ReadonlySet<string> = new Set([
  'scalar',
  'single-quoted-scalar',
  'double-quoted-scalar',
  'block-scalar',
]);

interface Composing {
  readonly tokens: readonly CST.Token[];
  readonly text: string;
  readonly lines: LineCounter;
  readonly add: Report;
}

/** What is wrong is said of the whole text: its place depends on what stands before it. */
function* compose({ tokens, text, lines, add }: Composing): Steps<readonly Document.Parsed[]> {
  let isGood = true;
  const noteProblem = () => {
    isGood = false;
  };
  const made = yield* composeInPieces(tokens, text.length, some => composeTokens(some, noteProblem));
  const documents = isGood ? made : composeTokens(tokens, add);
  for (const document of documents) yield* checkKeys(document, lines, add);
  return documents;
}

function composeTokens(tokens: readonly CST.Token[], add: Report): readonly Document.Parsed[] {
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: '1.2' });
  // The composer would gather all of them.
  Object.assign(composer, {
    onError: (source: ErrorSource, code: string, message: string) => add(offsetOf(source), code, message),
  });
  return [...composer.compose(tokens)];
}

type ErrorSource = number | readonly [number, ...number[]] | { readonly offset: number };

function offsetOf(source: ErrorSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : source[0];
}

function* checkKeys(document: Document.Parsed, lines: LineCounter, add: Report): Steps<void> {
  const open: unknown[] = [document.contents];
  for (let visited = 1; open.length > 0; visited++) {
    const node = open.pop();
    if (isMap(node)) checkKeysOf(node as YAMLMap, lines, add);
    if (isCollection(node))
      open.push(...node.items.map(item => (isPair(item) ? item.value : item)).toReversed());
    if (visited % nodesPerStep === 0) yield;
  }
}

const nodesPerStep = 500;

function checkKeysOf({ items }: YAMLMap, lines: LineCounter, add: Report): void {
  const seen = new Map<string, unknown>();
  for (const { key } of items) {
    const name = isScalar(key) ? String(key.value) : '';
    const first = seen.get(name);
    if (first === undefined) seen.set(name, key);
    else add(offsetOfNode(key), 'DUPLICATE_KEY', twice(lines.linePos(offsetOfNode(first)).line));
  }
}

function twice(line: number): string {
  return `this key stands here twice, first in line ${line}`;
}

function offsetOfNode(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
