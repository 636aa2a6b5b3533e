/** Texts and numbers so that readers of YAML 1.1, of YAML 1.2 and kubectl take them for the same. */

/** A scalar that may stand in a block; JSON where it could be read otherwise. */
export function printedScalar(value: unknown): string {
  return typeof value === 'string' && isPlain(value) ? value : inJson(value);
}

/** A key that may stand in a block. */
export function printedKey(key: string): string {
  return isPlain(key) && !key.includes(':') ? key : inJson(key);
}

/** JSON whose signs are none that YAML takes for a line break, a mark or a control character. */
export function inJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    special,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const special = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Whether a text may stand without quotes: no number, time or word with a meaning, and no sign of YAML. */
function isPlain(text: string): boolean {
  return quantity.test(text) || (plain.test(text) && !reserved.has(text.toLowerCase()));
}

const plain = /^(?:--?)?[A-Za-z/][\w./@=+-]*(?::[\w./@=+-]+)*$/;
const quantity = /^[1-9]\d*(?:m|k|Ki|M|Mi|G|Gi|T|Ti|s|h)$/;
const reserved: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

/** The header and the lines of a literal block; undefined where the text cannot be one. */
export function literalBlock(
  text: string,
): { readonly header: string; readonly lines: readonly string[] } | undefined {
  if (!text.includes('\n') || text.endsWith('\n\n') || /^[ \n]/.test(text) || unprintable.test(text))
    return undefined;
  const isEnded = text.endsWith('\n');
  const lines = (isEnded ? text.slice(0, -1) : text).split('\n');
  return { header: isEnded ? '|' : '|-', lines };
}

const unprintable = /[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]|[\u2028\u2029\ufeff]/;
