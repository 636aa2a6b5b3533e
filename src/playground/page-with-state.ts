import { InjectorError } from '../injector-error.ts';

/** What comes before the state in the page, and what comes after it. */
export interface PageAroundState {
  readonly before: string;
  readonly after: string;
}

/**
 * Whom the page may ask for more: nobody where it is a file that somebody opened, and the server that it comes from, which
 * tells the state again, where there is one.
 */
export type PageConnections = 'none' | 'self';

/**
 * Puts a state, in place of the one that is there, into the page.
 *
 * @throws InjectorError where the page has no place for it, or the state was not written by `stateJson`.
 */
export function pageWithState(page: string, json: string, connections: PageConnections): string {
  if (json.includes('<'))
    throw new InjectorError('the state holds "<", which could end its element in the page');
  const { before, after } = pageAroundState(page, connections);
  return before + json + after;
}

/** A value as JSON that may stand in an HTML element: it holds no `<`, with which alone tags and comments begin. */
export function stateJson(value: unknown): string {
  // In JSON the character stands in strings only.
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

/**
 * Cuts the page where its state is.
 *
 * @throws InjectorError naming what is not in the page exactly once.
 */
export function pageAroundState(page: string, connections: PageConnections): PageAroundState {
  const [head, rest] = around(page, opening);
  const end = rest.indexOf(closing);
  if (end === -1) throw new InjectorError(`the page has no ${closing} behind ${opening}`);
  return { before: withConnections(head, connections) + opening, after: rest.slice(end) };
}

const opening = '<script id="state" type="application/json">';

const closing = '</script>';

/** The policy stands before all that it counts for, and so before the state. */
function withConnections(head: string, connections: PageConnections): string {
  const [before, rest] = around(head, policy);
  const [text = ''] = rest.split('"', 1);
  const [start, end] = around(text, "connect-src 'none'");
  return `${before}${policy}${start}connect-src '${connections}'${end}${rest.slice(text.length)}`;
}

const policy = '<meta http-equiv="Content-Security-Policy" content="';

function around(text: string, part: string): readonly [string, string] {
  const [before, after, ...others] = text.split(part);
  if (before === undefined || after === undefined)
    throw new InjectorError(`the page has no ${part}: make it anew by "npm run build:playground"`);
  if (others.length > 0)
    throw new InjectorError(`the page has ${part} ${others.length + 1} times; use it once`);
  return [before, after];
}
