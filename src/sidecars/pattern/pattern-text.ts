import { UnreadablePatternError } from './unreadable-pattern-error.ts';

/** The text of a pattern, and how far it has been read. */
export class PatternText {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  isAt(expected: string): boolean {
    return this.#text.startsWith(expected, this.#position);
  }

  /** Takes what is expected where it stands there. */
  take(expected: string): boolean {
    const isThere = this.isAt(expected);
    if (isThere) this.#position += expected.length;
    return isThere;
  }

  /** Takes what a sticky expression finds; undefined where it finds nothing. */
  takeMatch(expected: RegExp): readonly (string | undefined)[] | undefined {
    expected.lastIndex = this.#position;
    const match = expected.exec(this.#text);
    if (match === null) return undefined;
    this.#position += match[0].length;
    return match;
  }

  /**
   * Takes the next character, whatever it is.
   *
   * @throws UnreadablePatternError at the end.
   */
  takeCharacter(): number {
    const codePoint = this.#text.codePointAt(this.#position);
    if (codePoint === undefined) throw new UnreadablePatternError();
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }
}
