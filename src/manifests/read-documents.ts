/** Splits a text as kubectl does: a stream of JSON where it begins with a brace, else documents of YAML. */
import { Composer, type CST, type Document, Parser } from 'yaml';
import { checkStructure } from '../compose-yaml.ts';
import { type DialectCheck, dialectCheck } from './dialect-check.ts';
import { kubectlLexer } from './kubectl-lexer.ts';
import { ManifestProblemError } from './manifest-problem.ts';

/** A document, with offsets into its text. */
export interface ManifestDocument {
  readonly text: string;
  /** Where that text begins in the whole. */
  readonly base: number;
  readonly document: Document.Parsed;
}

/** In characters; the parser takes 250 bytes of memory for one of them until the next document begins. */
const maxLength = 64 * 1024 * 1024;
const maxDocumentLength = 8 * 1024 * 1024;

/**
 * The documents of a text, one after the other, so that only one is held at a time.
 *
 * @throws ManifestProblemError
 */
export function* readDocuments(text: string): Generator<ManifestDocument> {
  checkLength(0, text.length, maxLength);
  const values = jsonValues(text);
  if (values === undefined) {
    for (const document of composeDocuments(text, 0, dialectCheck(text))) yield { text, base: 0, document };
    return;
  }
  for (const { start, end } of values) {
    checkLength(start, end - start, maxDocumentLength);
    const value = text.slice(start, end);
    for (const document of composeDocuments(value, start)) yield { text: value, base: start, document };
  }
}

/** @throws ManifestProblemError */
function* composeDocuments(text: string, base: number, check?: DialectCheck): Generator<Document.Parsed> {
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    keepSourceTokens: true,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  let first: ManifestProblemError | undefined;
  // The first one is told, and thrown again where the composer catches it: it would gather all of them.
  Object.assign(composer, {
    onError: (source: ErrorSource, _code: string, message: string, isWarning?: boolean) => {
      if (isWarning === true) return;
      first ??= new ManifestProblemError(base + offsetIn(source), message);
      throw first;
    },
  });
  for (const token of tokensOf(text, base, check)) yield* composer.next(token);
  yield* composer.end();
}

type ErrorSource = number | readonly [number, ...number[]] | { readonly offset: number };

function offsetIn(source: ErrorSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : source[0];
}

function* tokensOf(text: string, base: number, check?: DialectCheck): Generator<CST.Token> {
  const parser = new Parser();
  const checked = (token: CST.Token) => {
    checkStructure(token, (offset, _code, message) => {
      throw new ManifestProblemError(base + offset, message);
    });
    check?.(token);
    return token;
  };
  let [offset, start] = [0, 0];
  for (const lexeme of kubectlLexer().lex(text)) {
    offset += lexeme.length;
    checkLength(base + start, offset - start, maxDocumentLength);
    for (const token of parser.next(lexeme)) {
      yield checked(token);
      start = offset;
    }
  }
  for (const token of parser.end()) yield checked(token);
}

function checkLength(offset: number, length: number, limit: number): void {
  if (length <= limit) return;
  throw new ManifestProblemError(offset, `longer than ${limit / 1024 / 1024} Mi characters; split it`);
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The objects of a stream of JSON; undefined where the text is none. */
function jsonValues(text: string): readonly Stretch[] | undefined {
  // Between values kubectl takes a carriage return for a space, and YAML for a sign like others.
  if (/\r(?!\n)/.test(text)) return undefined;
  const values: Stretch[] = [];
  let start = nextSign(text, text.startsWith('\uFEFF') ? 1 : 0);
  while (start < text.length) {
    const end = text[start] === '{' ? endOfObject(text, start) : undefined;
    if (end === undefined || !isJson(text.slice(start, end))) return undefined;
    values.push({ start, end });
    start = nextSign(text, end);
  }
  return values.length === 0 ? undefined : values;
}

function nextSign(text: string, from: number): number {
  const sign = /[^ \t\r\n]/g;
  sign.lastIndex = from;
  return sign.exec(text)?.index ?? text.length;
}

/** Behind the brace that closes the one at a place; undefined where none does. */
function endOfObject(text: string, start: number): number | undefined {
  const sign = /["{}]/g;
  const quote = /[\\"]/g;
  sign.lastIndex = start;
  let depth = 0;
  for (let found = sign.exec(text); found !== null; found = sign.exec(text)) {
    if (found[0] === '"') {
      const end = endOfString(text, sign.lastIndex, quote);
      if (end === undefined) return undefined;
      sign.lastIndex = end;
    } else depth += found[0] === '{' ? 1 : -1;
    if (depth === 0) return sign.lastIndex;
  }
  return undefined;
}

function endOfString(text: string, from: number, quote: RegExp): number | undefined {
  quote.lastIndex = from;
  for (let found = quote.exec(text); found !== null; found = quote.exec(text)) {
    if (found[0] === '"') return quote.lastIndex;
    quote.lastIndex++;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
