import type { YamlProblem } from '../compose-yaml.ts';

/**
 * Says in plain words what the parser of YAML says in its own, as far as the mistake is one that people make: one problem
 * for each mistake, at its place. What is no such mistake stays as it is.
 */
export function explainYaml(text: string, problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const explained: YamlProblem[] = [];
  const places = new Set<number>();
  for (const problem of problems) {
    const found = mistakeAt(text, problem) ?? problem;
    // A parser that has lost its way has more to say about one place, or about what comes behind it.
    if (places.has(found.offset)) continue;
    places.add(found.offset);
    explained.push(found);
    if (found !== problem && endsReading.has(found.code)) break;
  }
  return explained;
}

/** Behind these nothing is where the parser looks for it. */
const endsReading: ReadonlySet<string> = new Set(['UNQUOTED', 'TAB', 'TOO_DEEP_A_LINE']);

/** Ours, which say what is wrong. */
const plainCodes: ReadonlySet<string> = new Set([
  'CONTROL_CHARACTER',
  'DUPLICATE_KEY',
  'MORE',
  'TOO_DEEP',
  'TOO_LONG',
]);

function mistakeAt(text: string, problem: YamlProblem): YamlProblem | undefined {
  if (plainCodes.has(problem.code)) return undefined;
  const line = lineAt(text, problem.offset);
  return (
    ownWords(problem) ??
    tabIn(text, line) ??
    unquotedIn(line) ??
    wrongEscape(problem, line) ??
    strayColon(problem, line) ??
    deeperLine(problem, text, line)
  );
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', start);
  return { start, text: text.slice(start, end === -1 ? undefined : end).slice(0, maxLineLength) };
}

/** Nobody writes a longer line by hand. */
const maxLineLength = 2000;

/** What the parser's own words do not make clear. */
const inPlainWords: Readonly<Record<string, string>> = {
  TAG_RESOLVE_FAILED:
    'YAML takes a word that begins with "!" for a tag; write a condition in quotes: "!secret"',
  BAD_ALIAS: 'YAML takes a word that begins with "*" for an alias; write it in single quotes',
  BAD_SCALAR_START: 'YAML takes no word that begins with this sign; write it in single quotes',
};

function ownWords({ offset, code }: YamlProblem): YamlProblem | undefined {
  const message = inPlainWords[code];
  return message === undefined ? undefined : { offset, code, message };
}

/** A tab in the indentation of a line, or of one beside it: the parser may notice only behind it. */
function tabIn(text: string, line: Line): YamlProblem | undefined {
  const around = [
    line,
    ...(line.start > 0 ? [lineAt(text, line.start - 1)] : []),
    lineAt(text, Math.min(text.length, line.start + line.text.length + 1)),
  ];
  const found = around.find(({ text }) => /^ *\t/.test(text));
  if (found === undefined) return undefined;
  const message = 'YAML takes no tab for indentation; use spaces';
  return { offset: found.start + found.text.indexOf('\t'), code: 'TAB', message };
}

/** `${…}` without quotes inside of braces or brackets, which YAML takes for the beginning of a map. */
function unquotedIn({ start, text }: Line): YamlProblem | undefined {
  const plain = withoutQuoted(text);
  let index = plain.indexOf('${');
  while (index !== -1 && !isInFlow(plain.slice(0, index))) index = plain.indexOf('${', index + 1);
  if (index === -1) return undefined;
  const word = wordAround(text, index);
  const message = `YAML takes the braces of \${…} for a map; write it in quotes: "${word.text}"`;
  return { offset: start + word.start, code: 'UNQUOTED', message };
}

/** The same text with spaces for what stands in quotes. */
function withoutQuoted(text: string): string {
  let quote = '';
  let plain = '';
  for (const sign of text.split('')) {
    const isQuoted = quote !== '';
    if (isQuoted ? sign === quote : sign === '"' || sign === "'") quote = isQuoted ? '' : sign;
    plain += isQuoted ? ' ' : sign;
  }
  return plain;
}

/** Whether a brace or a bracket is open behind a text. */
function isInFlow(text: string): boolean {
  return text.split(/[[{]/).length > text.split(/[\]}]/).length;
}

/** The word that a `${` at this index stands in, such as `--port=${port}`. */
function wordAround(text: string, index: number): { readonly start: number; readonly text: string } {
  let start = index;
  while (start > 0 && !' ,[{'.includes(text[start - 1] ?? ' ')) start--;
  const close = text.indexOf('}', index);
  let end = close === -1 ? text.length : close + 1;
  while (end < text.length && !' ,]}'.includes(text[end] ?? ' ')) end++;
  return { start, text: text.slice(start, end) };
}

function wrongEscape({ offset, code }: YamlProblem, line: Line): YamlProblem | undefined {
  if (code !== 'BAD_DQ_ESCAPE') return undefined;
  const sequence = line.text.slice(offset - line.start, offset - line.start + 2);
  const message = `in double quotes ${sequence} is an escape that YAML does not know; write the text in single quotes`;
  return { offset, code, message };
}

/** `description: Says: hello`. */
function strayColon({ code }: YamlProblem, line: Line): YamlProblem | undefined {
  if (!nestedMap.has(code)) return undefined;
  const colon = line.text.indexOf(': ');
  const value = colon === -1 ? '' : line.text.slice(colon + 2);
  if (!value.includes(': ') || /^\s*["'[{|>&*!]/.test(value)) return undefined;
  const start = colon + 2 + (value.length - value.trimStart().length);
  const message = 'a ": " inside of a text makes a map of it; write the text in quotes';
  return { offset: line.start + start, code: 'STRAY_COLON', message };
}

const nestedMap: ReadonlySet<string> = new Set(['BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY']);

/** A line that is indented deeper than the one above it, which has a value already. */
function deeperLine({ code }: YamlProblem, text: string, line: Line): YamlProblem | undefined {
  if (!nestedMap.has(code)) return undefined;
  const next = lineAt(text, Math.min(text.length, line.start + line.text.length + 1));
  const [own, deeper] = [indentationOf(line), indentationOf(next)];
  if (next.start === line.start || deeper <= own) return undefined;
  const message = `this line is indented deeper than the one above it, which has a value already; begin it ${deeper - own} spaces further left`;
  return { offset: next.start + deeper, code: 'TOO_DEEP_A_LINE', message };
}

function indentationOf({ text }: Line): number {
  return text.length - text.trimStart().length;
}
