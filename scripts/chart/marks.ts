/**
 * Actions of a Helm template in objects that are no template yet: a mark stands in an object, and the text of the object
 * gets what it stands for.
 *
 * An action inside a text, without quotes of its own, needs no mark: YAML quotes what has braces in front.
 */

/** Actions by their marks. The same actions have the same mark, so that objects with marks can be compared. */
const actions: string[] = [];

/** A mark for a value, which the action writes as it stands, without quotes. */
export function valueMark(action: string): string {
  return `mark-${numberOf(action)}`;
}

/**
 * A mark for whole lines: an item of a list, or a key of a map whose value is null, with a space and a word behind it where a
 * map has the same twice. Each line of the actions is indented as
 * the mark is; `nindent +2` means two more than that.
 */
export function linesMark(lines: string): string {
  return `lines-${numberOf(lines)}`;
}

function numberOf(action: string): number {
  const known = actions.indexOf(action);
  return known === -1 ? actions.push(action) - 1 : known;
}

/** Braces of a text as a template writes them. */
export function escapedBraces(text: string): string {
  return text.replaceAll('{{', '{{ `{{` }}');
}

/** The text of a template from the YAML of an object with marks. */
export function withActions(yaml: string): string {
  return yaml
    .split('\n')
    .map(line => linesOf(line) ?? line.replaceAll(/\bmark-(\d+)\b/g, (_mark, index) => actionAt(index)))
    .join('\n');
}

function linesOf(line: string): string | undefined {
  const { indent = '', index } =
    /^(?<indent> *)(?:- lines-(?<index>\d+)|lines-(?<index>\d+)(?: [^:]+)?: null)$/.exec(line)?.groups ?? {};
  if (index === undefined) {
    if (/\blines-\d/.test(line)) throw new Error(`a mark that is no whole line: ${line.trim()}`);
    return undefined;
  }
  const deeper = (_match: string, more: string) => `nindent ${indent.length + Number(more)}`;
  return actionAt(index)
    .split('\n')
    .map(text => `${indent}${text.replaceAll(/nindent \+(\d+)/g, deeper)}`)
    .join('\n');
}

function actionAt(index: string): string {
  const action = actions[Number(index)];
  if (action === undefined) throw new Error(`mark ${index} is unknown`);
  return action;
}
