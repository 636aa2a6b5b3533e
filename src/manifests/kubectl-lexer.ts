import { Lexer } from 'yaml';

/** What is changed here of a lexer. */
interface LexerParts {
  /** How far in a line has to begin to go on with what is open. */
  indentNext: number;
  charAt(distance: number): string;
  continueScalar(offset: number): number;
  parseFlowCollection(): Generator<string, string | undefined, undefined>;
}

/**
 * A lexer for which the lines of a text in quotes and of what stands in brackets may begin anywhere, as they may for
 * kubectl: YAML wants them further in than the key, and many manifests do not have it so.
 */
export function kubectlLexer(): Lexer {
  const lexer = new Lexer();
  const parts = lexer as unknown as LexerParts;
  const { continueScalar, parseFlowCollection } = Lexer.prototype as unknown as LexerParts;
  const anywhere = <T>(run: () => T): T => {
    const { indentNext } = parts;
    parts.indentNext = 0;
    try {
      return run();
    } finally {
      parts.indentNext = indentNext;
    }
  };
  const overrides: Partial<LexerParts> = {
    continueScalar: offset => {
      const isQuoted = ['"', "'"].includes(parts.charAt(0));
      return isQuoted
        ? anywhere(() => continueScalar.call(parts, offset))
        : continueScalar.call(parts, offset);
    },
    *parseFlowCollection() {
      const { indentNext } = parts;
      parts.indentNext = 0;
      try {
        return yield* parseFlowCollection.call(parts);
      } finally {
        parts.indentNext = indentNext;
      }
    },
  };
  return Object.assign(lexer, overrides);
}
