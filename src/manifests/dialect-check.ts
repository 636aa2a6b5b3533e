/**
 * Where kubectl and the parser that is used here take a text for different things, nobody can say what its author meant:
 * it is refused. Random texts were read by both to find these places.
 */
import type { CST } from 'yaml';
import { ManifestProblemError } from './manifest-problem.ts';

/** @throws ManifestProblemError */
export type DialectCheck = (token: CST.Token) => void;

/**
 * Looks through the signs of a text in YAML, and gives what looks through its tokens, which are not deep.
 *
 * @throws ManifestProblemError
 */
export function dialectCheck(text: string): DialectCheck {
  checkSigns(text);
  let documents = 0;
  return token => {
    checkToken(token);
    if (token.type === 'document' && documents++ > 0) checkSeparator(token, text);
  };
}

/** Carriage returns without a line feed, the line breaks of YAML 1.1, byte order marks behind the beginning. */
const ambiguousSign = /\r(?!\n)|[\u0085\u2028\u2029]|[\n\uFEFF]\uFEFF/;

function checkSigns(text: string): void {
  const { index = 0, [0]: found } = ambiguousSign.exec(text) ?? {};
  if (found !== undefined) {
    const offset = index + found.length - 1;
    const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
    throw new ManifestProblemError(
      offset,
      `the sign U+${code} means one thing to kubectl and another in YAML; take it out, or write it as "\\u${code}"`,
    );
  }
  const separator = text.search(/^---#/m);
  if (separator >= 0) {
    throw new ManifestProblemError(
      separator,
      'kubectl takes this for the end of a document; write a space before the #',
    );
  }
}

/** Only what a line of `---` alone begins is a document for kubectl, and of that only the first one. */
function checkSeparator({ start, value }: CST.Document, text: string): void {
  if (!value) return;
  const mark = start.find(({ type }) => type === 'doc-start');
  const behind = mark && text.slice(mark.offset + mark.source.length, lineEnd(text, mark.offset)).trim();
  if (behind === '' || behind?.startsWith('#')) return;
  throw new ManifestProblemError(
    mark?.offset ?? value.offset,
    'a document that kubectl does not see; write it below a line of --- alone',
  );
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function checkToken(token: CST.Token): void {
  if (token.type === 'double-quoted-scalar') checkEscapes(token);
  if (token.type === 'flow-collection') checkItems(token);
  for (const below of tokensBelow(token)) checkToken(below);
}

function tokensBelow(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [...(key ? [key] : []), ...(value ? [value] : [])]);
}

/** In brackets a question mark begins a key for kubectl, whatever follows on it. */
function checkItems({ items }: CST.FlowCollection): void {
  for (const { key, value } of items) {
    if (key || value?.type !== 'scalar' || !value.source.startsWith('?')) continue;
    throw new ManifestProblemError(
      value.offset,
      'kubectl takes the question mark for the beginning of a key here; put the text in quotes',
    );
  }
}

/** An escaped line break before an empty line is one for kubectl, and a space in YAML. */
function checkEscapes({ offset, source }: CST.FlowScalar): void {
  for (const { index, 0: escaped } of source.matchAll(/\\(?:\r?\n[ \t]*\r?\n|.)/gs)) {
    if (escaped.length === 2) continue;
    throw new ManifestProblemError(
      offset + index,
      'a backslash at the end of a line before an empty one; write "\\n" where a line break is meant',
    );
  }
}
