import { diffArrays, FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from 'diff';

/**
 * The difference of two texts of a file as `patch -p1` takes it; empty where there is none.
 *
 * Work grows with the product of length and difference, so texts are compared object by object: what is put into a
 * manifest leaves the line alone where an object begins.
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const path = name.replace(/^(?:\.?\/)+/, '');
  const names = { oldFileName: `a/${path}`, newFileName: `b/${path}` };
  const hunks = hunksOf(markedLines(linesOf(before), linesOf(after)));
  return formatPatch({ ...names, oldHeader: undefined, newHeader: undefined, hunks }, FILE_HEADERS_ONLY);
}

type Lines = readonly string[];

/** Each with its end. */
function linesOf(text: string): Lines {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** A line that is in both texts, or in one of them. */
interface MarkedLine {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

function markedLines(before: Lines, after: Lines): readonly MarkedLine[] {
  const [old, now] = [objectsOf(before), objectsOf(after)];
  if (old.length !== now.length) return compared(before, after);
  return old.flatMap((lines, index) => compared(lines, now[index] ?? []));
}

/** The lines from where an object begins to the next one: a document, or an item of a list. */
function objectsOf(lines: Lines): readonly Lines[] {
  const starts = lines.flatMap((line, index) => (index > 0 && beginning.test(line) ? [index] : []));
  return [0, ...starts].map((start, index) => lines.slice(start, starts[index]));
}

const beginning = /^(?:---|[ \t]*(?:- )?"?apiVersion"?:)/;

function compared(before: Lines, after: Lines): readonly MarkedLine[] {
  const changes = diffArrays([...before], [...after], { maxEditLength });
  if (changes === undefined) return [...marked('-', before), ...marked('+', after)];
  return changes.flatMap(({ added, removed, value }) => marked(added ? '+' : removed ? '-' : ' ', value));
}

function marked(sign: MarkedLine['sign'], lines: Lines): readonly MarkedLine[] {
  return lines.map(line => ({ sign, line }));
}

/** More lines than are ever put into an object; a text of another kind is shown as replaced. */
const maxEditLength = 5000;

/** As many lines as are usual beside a change. */
const context = 3;

function hunksOf(lines: readonly MarkedLine[]): StructuredPatchHunk[] {
  let [oldLine, newLine, place] = [1, 1, 0];
  return rangesOf(lines).map(([start, end]) => {
    // What is between hunks is the same in both.
    const same = start - place;
    [oldLine, newLine, place] = [oldLine + same, newLine + same, end];
    const taken = lines.slice(start, end);
    const oldLines = taken.filter(({ sign }) => sign !== '+').length;
    const newLines = taken.filter(({ sign }) => sign !== '-').length;
    const hunk = { oldStart: oldLine, oldLines, newStart: newLine, newLines, lines: taken.flatMap(shown) };
    [oldLine, newLine] = [oldLine + oldLines, newLine + newLines];
    return hunk;
  });
}

/** Where there are changes, with what is shown beside them; those that would touch are one. */
function rangesOf(lines: readonly MarkedLine[]): readonly (readonly [start: number, end: number])[] {
  const ranges: [number, number][] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

function shown({ sign, line }: MarkedLine): readonly string[] {
  return line.endsWith('\n')
    ? [`${sign}${line.slice(0, -1)}`]
    : [`${sign}${line}`, '\\ No newline at end of file'];
}
