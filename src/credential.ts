/**
 * What a text must look like to be taken for a credential. Nobody can know a password by its looks; what is issued by a
 * machine is known by its prefix or by being random, and what a person writes by the word that stands before it.
 */
import { replaceUnseen } from './shown-text.ts';

/** Whether a text, at most a few hundred characters of it, holds what could be a credential. */
export function looksLikeCredential(text: string, options: { readonly mayBeHash: boolean }): boolean {
  // What was broken into lines, or holds what cannot be seen, is judged as what it was.
  const joined = replaceUnseen(text, '');
  if (credentialPatterns.some(pattern => pattern.test(joined))) return true;
  return (joined.match(/[A-Za-z0-9]+/g) ?? []).some(
    word => isRandom(word) && !(options.mayBeHash && credentialHash.test(word)),
  );
}

/** A short hash of a commit, and a full one with a slip at its end. */
export const credentialHash = /^(?:[0-9a-f]{1,16}|[0-9a-f]{39,41})$/i;

/** What is known by its beginning or by what stands before it. */
export const credentialPatterns: readonly RegExp[] = [
  // GitHub, GitLab, Slack
  /gh[a-z]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-|xox[a-z]-|xapp-/i,
  /services\/+T[A-Z0-9]+\/+B[A-Z0-9]+/,
  // AWS, JSON Web Tokens, private keys
  /(?<![A-Za-z0-9])(?:A[KS]IA[A-Z0-9]{4}|eyJ[A-Za-z0-9_-]{4})/,
  /-----BEGIN/,
  // npm, PyPI, Docker Hub, Hugging Face, Stripe, Google, SendGrid: the prefix alone could be a word
  /(?<![A-Za-z0-9])(?:npm_|pypi-|dckr_pat_|hf_|[sr]k[-_]|AIza|SG\.)[\w-]{16}/i,
  // UUIDs
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
  // what a person calls one: `password=…`, `Bearer …`
  /(?:token|secret|passw|pwd|auth|cred|api-?key|access-?key)[\w-]*["']?\s*[=:]\s*\S/i,
  /\b(?:bearer|basic|token|password)\s+\S/i,
];

/**
 * Whether a run of letters and digits looks as if nobody had written it: it changes between digits, small and capital
 * letters more often than words do. Random texts of 20 characters change every two or three, camelCase every five.
 */
function isRandom(word: string): boolean {
  if (word.length < 12) return false;
  const parts = word.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g)?.length ?? 0;
  const isMixed = /\d/.test(word) && /[A-Za-z]/.test(word);
  return word.length / parts < 3.5 || (word.length >= 16 && isMixed && parts >= 3);
}
