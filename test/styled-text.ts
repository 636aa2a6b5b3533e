/** Writes a value as people write YAML and JSON: in every style, with comments, empty lines and what else stands there. */
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';

/** Chooses one of so many ways, from 0. */
export type Choose = (ways: number) => number;

/** A document of YAML, or JSON; without a line break at its end at times. */
export function styledText(value: Json, choose: Choose): string {
  const text = choose(4) === 0 ? styledJson(value, choose) : new StyledYaml(choose).document(value);
  const ended = choose(4) === 0 ? text.replace(/\n+$/, '') : text;
  return choose(5) === 0 ? ended.replaceAll('\n', '\r\n') : ended;
}

function styledJson(value: Json, choose: Choose): string {
  const unit = ['', '  ', '\t', '    '][choose(4)] ?? '';
  const text = JSON.stringify(value, undefined, unit);
  if (unit === '' && choose(2) === 0) return spaced(value, choose);
  return `${text}${choose(2) === 0 ? '\n' : ''}`;
}

function spaced(value: Json, choose: Choose): string {
  const [open, close] = choose(2) === 0 ? ['', ''] : [' ', ' '];
  if (Array.isArray(value)) {
    return value.length === 0
      ? '[]'
      : `[${open}${value.map((item: Json) => spaced(item, choose)).join(', ')}${close}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(
    ([key, below]) => `${JSON.stringify(key)}: ${spaced(below, choose)}`,
  );
  return pairs.length === 0 ? '{}' : `{${open}${pairs.join(', ')}${close}}`;
}

class StyledYaml {
  readonly #choose: Choose;
  readonly #step: number;
  readonly #dashStep: number;
  #anchors = 0;

  constructor(choose: Choose) {
    this.#choose = choose;
    this.#step = [2, 4, 3][choose(3)] ?? 2;
    this.#dashStep = [0, 2][choose(2)] ?? 0;
  }

  document(value: Json): string {
    const head = ['', '---\n', '# first\n', '%YAML 1.1\n---\n', '\n\n'][this.#choose(5)] ?? '';
    const tail = ['', '# last\n', '\n\n', '...\n'][this.#choose(4)] ?? '';
    const lines = this.#block(value, 0);
    return head + (lines ? `${lines.join('\n')}\n` : `${this.#inline(value)}\n`) + tail;
  }

  /** Lines of a list or map; undefined for a scalar or an empty one, which stand in a line. */
  #block(value: Json, column: number): string[] | undefined {
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return undefined;
    const pad = ' '.repeat(column);
    const entries: [string, Json, number][] = Array.isArray(value)
      ? value.map((item: Json) => [`${pad}-`, item, 2])
      : Object.entries(value).map(([key, below]) => [`${pad}${this.#key(key)}:`, below, this.#step]);
    return entries.flatMap(([beginning, below, step]) => [
      ...this.#between(pad),
      ...this.#entry(beginning, below, column, Array.isArray(below) && step !== 2 ? this.#dashStep : step),
    ]);
  }

  #entry(beginning: string, value: Json, column: number, step: number): string[] {
    const isItem = beginning.endsWith('-');
    const inner = column + (isItem ? 2 : step);
    const nested = this.#choose(4) === 0 ? undefined : this.#block(value, inner);
    if (nested === undefined) return this.#inLine(beginning, value, inner);
    if (isItem && !nested[0]?.trimStart().startsWith('#') && nested[0] !== '' && this.#choose(5) > 0) {
      return [`${beginning} ${nested[0]?.trimStart()}`, ...nested.slice(1)];
    }
    return [`${beginning}${this.#anchor()}${this.#comment()}`, ...nested];
  }

  #inLine(beginning: string, value: Json, inner: number): string[] {
    if (value === null && this.#choose(2) === 0) return [`${beginning}${this.#comment()}`];
    if (typeof value === 'string' && /^[a-z]+(\n[a-z]+)+\n?$/.test(value) && this.#choose(2) === 0) {
      const pad = ' '.repeat(Math.max(inner, 1));
      const lines = value.replace(/\n$/, '').split('\n');
      return [`${beginning} ${value.endsWith('\n') ? '|' : '|-'}`, ...lines.map(line => pad + line)];
    }
    return [`${beginning}${this.#anchor()} ${this.#inline(value)}${this.#comment()}`];
  }

  #inline(value: Json): string {
    if (typeof value === 'object' && value !== null) return this.#inBrackets(value);
    if (value === null) return ['null', '~', 'Null', 'NULL'][this.#choose(4)] ?? 'null';
    if (typeof value === 'string' && isWord(value)) {
      return [value, `'${value}'`, `"${value}"`][this.#choose(3)] ?? value;
    }
    return JSON.stringify(value);
  }

  #inBrackets(value: readonly Json[] | JsonObject): string {
    const isList = Array.isArray(value);
    const entries = Object.entries(value).map(
      ([key, below]) => `${isList ? '' : `${JSON.stringify(key)}: `}${this.#inline(below)}`,
    );
    const space = this.#choose(3) === 0 ? ' ' : '';
    const inside = entries.length === 0 ? space : `${space}${entries.join(', ')}${space}`;
    return isList ? `[${inside}]` : `{${inside}}`;
  }

  #key(key: string): string {
    if (!isWord(key)) return JSON.stringify(key);
    return [key, key, key, `"${key}"`, `'${key}'`][this.#choose(5)] ?? key;
  }

  #anchor(): string {
    return this.#choose(20) === 0 ? ` &a${this.#anchors++}` : '';
  }

  #comment(): string {
    return ['', '', '', '', ' # why', '   # "quoted'][this.#choose(6)] ?? '';
  }

  #between(pad: string): string[] {
    return [[], [], [], [], [], [''], [`${pad}# before`], ['# at the left', '']][this.#choose(8)] ?? [];
  }
}

/** Whether a text needs no quotes in any version of YAML. */
function isWord(text: string): boolean {
  return /^[a-z]{3,}$/.test(text) && !/^(yes|off|true|null|false)$/.test(text);
}
