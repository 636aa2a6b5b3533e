import { isScalar, parseAllDocuments, stringify, visit } from 'yaml';
import type { JsonObject } from '../../src/kubernetes/json.ts';

/** A manifest as others would have written it. Most have its objects only, some its text. */
export function restyledManifests(
  text: string,
  objects: readonly JsonObject[],
): Readonly<Record<string, string>> {
  const lines = text.replaceAll('\r\n', '\n');
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const yaml = (options: object) =>
    objects.map(object => stringify(object, { version: '1.1', ...options })).join('---\n');
  return {
    'Windows line ends': lines.replaceAll('\n', '\r\n'),
    'no line end at its end': lines.trimEnd(),
    'a byte order mark': `\uFEFF${text.replace(/^\uFEFF/, '')}`,
    ...(lines.trimStart().startsWith('{') ? {} : { 'a comment wherever one may be': commented(lines) }),
    'empty lines': loosened(lines),
    'JSON in one line': objects.map(object => JSON.stringify(object)).join(''),
    'JSON indented by tabs': objects.map(object => JSON.stringify(object, undefined, '\t')).join('\n'),
    'a list in JSON': `${JSON.stringify(list, undefined, 4)}\n`.replaceAll('\n', '\r\n'),
    'a list in YAML': stringify(list, { version: '1.1', indentSeq: false }),
    'dashes below their key, four spaces': yaml({ indentSeq: false, indent: 4 }),
    'dashes indented, all keys quoted': yaml({ indentSeq: true, defaultKeyType: 'QUOTE_DOUBLE' }),
    'brackets in lines': yaml({ collectionStyle: 'flow', lineWidth: 60 }),
    'brackets in one line': yaml({ collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }),
    'texts in quotes': yaml({ defaultStringType: 'QUOTE_SINGLE', lineWidth: 30 }),
    'texts in lines of their own': yaml({ defaultStringType: 'BLOCK_LITERAL', indentSeq: false }),
  };
}

/** Comments before lines, as far in as they are or at the margin, and behind them. */
function commented(text: string): string {
  const isWithin = linesWithin(text);
  return text
    .split('\n')
    .map((line, index) => {
      if (isWithin(index) || line.trim() === '' || /^(?:---|\.\.\.|%)/.test(line)) return line;
      const indentation = /^ */.exec(line)?.[0] ?? '';
      const before =
        [`${indentation}# note ${index}\n`, '# note\n', '', `\n${indentation}# - note: [\n\n`][index % 4] ??
        '';
      const behind = isWithin(index + 1) || index % 3 > 0 ? '' : '  # note: "';
      return `${before}${line}${behind}`;
    })
    .join('\n');
}

function loosened(text: string): string {
  const isWithin = linesWithin(text);
  return text
    .split('\n')
    .map((line, index) => (isWithin(index) || index % 2 === 0 ? line : `\n   \n${line}`))
    .join('\n');
}

/** Tells the lines that begin within a scalar or in what may belong to one. */
function linesWithin(text: string): (line: number) => boolean {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => starts.findLastIndex(start => start <= offset);
  const within = new Set<number>();
  for (const document of parseAllDocuments(text)) {
    // Lines that begin where YAML does not want them: which of them are within a scalar is not known.
    if (document.errors.length > 0) return () => true;
    visit(document, {
      Node: (_key, node) => {
        if (!isScalar(node) || !node.range) return;
        const [start, end] = node.range;
        if (!text.slice(start, end).includes('\n')) return;
        for (let line = lineOf(start) + 1; line <= lineOf(end - 1); line++) within.add(line);
      },
    });
  }
  return line => within.has(line);
}
