import type { Misfit, ParameterType, TypedValue } from './parameter-type.ts';

/** A branch, tag or full hash, by the rules of git check-ref-format: https://git-scm.com/docs/git-check-ref-format */
export const gitRef: ParameterType = {
  expects: 'a branch, a tag or a full 40-digit hash',
  // Branches and tags are files in a directory.
  maximumLength: 255,
  facts: { hash: 'the value is a full 40-digit hash, so what it names never changes' },
  constraints: ['pattern'],
  isSingle: true,
  read: readRef,
};

function readRef(text: string): TypedValue | Misfit {
  if (/^[0-9a-f]{40}$/.test(text)) return { value: text, facts: ['hash'] };
  if (/^[0-9A-Fa-f]{40}$/.test(text)) return { use: 'the hash in lower case' };
  if (text.length === 0 || forbidden.some(pattern => pattern.test(text))) return { use: gitRef.expects };
  if (!/^[0-9A-Fa-f]{7,39}$/.test(text)) return { value: text };
  return {
    value: text,
    warning: {
      code: 'short-hash',
      message: 'if this is a short hash it cannot be fetched; write all 40 digits',
    },
  };
}

/** What of each no ref may hold. */
export const forbidden: readonly RegExp[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them by name
  /[\u0000-\u0020\u007f~^:?*[\\]/,
  /\.\.|@\{|\/\//,
  /^\/|\/$|\.$|^@$/,
  /(^|\/)\./,
  /\.lock(\/|$)/,
];
