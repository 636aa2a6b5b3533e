/**
 * A text that gets longer at its end, or loses what was put there, keeps the way in which it was written: its quotes, its
 * escapes, or that it had none. So what was put behind it can be taken away again, byte for byte.
 */
import { inJson } from './print-scalar.ts';

/** A scalar as it stands in a text, in one line. */
export interface StandingScalar {
  readonly text: string;
  readonly value: string;
  /** Whether it stands in brackets. */
  readonly isInFlow: boolean;
}

/** The scalar with another value; undefined where that neither continues its value nor is what it continues. */
export function continuedScalar(standing: StandingScalar, value: string): string | undefined {
  if (standing.text.includes('\n')) return undefined;
  const [longer, shorter] = [value, standing.value];
  if (longer.startsWith(shorter)) return lengthened(standing, longer.slice(shorter.length));
  return shorter.startsWith(longer) ? shortened(standing, shorter.slice(longer.length)) : undefined;
}

/** Signs that are what they are in quotes of both kinds and without any. */
const plainSuffix = /^[\w.,;-]+$/;

function lengthened({ text, value, isInFlow }: StandingScalar, suffix: string): string | undefined {
  if (!plainSuffix.test(suffix)) return undefined;
  const quote = quoteOf(text);
  if (quote !== undefined) return `${text.slice(0, -1)}${suffix}${quote}`;
  if (text !== value || text === '') return undefined;
  if (!isInFlow || !suffix.includes(',')) return `${text}${suffix}`;
  // A comma ends a text without quotes there. It is written in a way that tells that there were none.
  const marked = `${value}${suffix}`.replaceAll(',', '\u0000');
  return inJson(marked).replaceAll('\\u0000', escapedComma);
}

const escapedComma = '\\u002c';

function shortened({ text }: StandingScalar, suffix: string): string | undefined {
  if (!plainSuffix.test(suffix)) return undefined;
  const quote = quoteOf(text);
  const marked = suffix.replaceAll(',', escapedComma);
  if (quote === '"' && marked !== suffix && text.endsWith(`${marked}"`))
    return JSON.parse(`${text.slice(0, -marked.length - 1)}"`);
  const end = `${suffix}${quote ?? ''}`;
  return text.endsWith(end) ? `${text.slice(0, -end.length)}${quote ?? ''}` : undefined;
}

function quoteOf(text: string): '"' | "'" | undefined {
  const first = text[0];
  return text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) ? first : undefined;
}
