/**
 * What others wrote, as messages and logs may show it: in one line, short, and without what could be a credential.
 * Every value, name and list of names in a message comes from here, so that every message is bounded by its parts.
 */
import { looksLikeCredential } from '../credential.ts';
import { oneLine } from '../shown-text.ts';

/** A value in quotes. The type of its parameter says what of it is no secret: the path of a repository, a hash of a ref. */
export function shownValue(value: string, type?: string): string {
  return `"${shown(value, type)}"`;
}

/** A name of anything, or a path: as {@link shownValue}, without the quotes. */
export function shownName(name: string): string {
  return shown(name, undefined);
}

/** The key of an annotation. What of it looks like a credential is left out, and the rest still says where to look. */
export function shownKey(key: string): string {
  const slash = key.slice(0, maxRead).indexOf('/') + 1;
  const name = key.slice(slash, slash + maxRead + 1);
  const isPlain = /^[\w.-]*$/.test(name);
  const parts = isPlain
    ? name.slice(0, maxRead).split('.').map(shownName).join('.')
    : shownName(key.slice(slash));
  return `${shownName(key.slice(0, slash))}${oneLine(parts, maxCharacters)}`;
}

/** Names, separated by commas, as many as one can take in: `a, b and 590 more`. */
export function shownList(names: readonly string[], separator = ', '): string {
  const told: string[] = [];
  let length = 0;
  for (const name of names.slice(0, maxNames)) {
    const next = shownName(name);
    length += next.length + separator.length;
    if (told.length > 0 && length > maxListLength) break;
    told.push(next);
  }
  const more = names.length - told.length;
  return `${told.join(separator)}${more > 0 ? ` and ${more} more` : ''}`;
}

export const maxCharacters = 80;

/** The part of a text that is looked at: what could be a credential is judged by what stands before and after it. */
export const maxRead = 512;

/** More than a sidecar has parameters. */
const maxNames = 50;
const maxListLength = 600;

function shown(text: string, type: string | undefined): string {
  if (text.length > maxRead && (text.includes('@', maxRead) || text.includes('%', maxRead))) return hidden;
  const read = text.slice(0, maxRead);
  const decoded = withoutEscapes(read);
  const safe = decoded === undefined ? hidden : withoutCredentials(decoded, type);
  // What percent signs hide is no mistake to point at, unless it is a credential.
  return oneLine(safe === decoded ? read : safe, maxCharacters);
}

export const hidden = '***';

/** A text with its percent-encoded ASCII characters decoded; undefined where that leaves others, encoded twice. */
function withoutEscapes(text: string): string | undefined {
  const decode = (encoded: string) =>
    encoded.replace(/%([0-7][0-9a-f])/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  const decoded = decode(text);
  return decode(decoded) === decoded ? decoded : undefined;
}

/**
 * A mistyped URL is the likeliest place of a password, so what stands before an `@` and behind `?`, `#`, `&` and `;` is
 * left out wherever they stand. So is the path of an address that is no repository's, because chat services put their
 * secret there, and all that looks like a credential.
 */
function withoutCredentials(text: string, type: string | undefined): string {
  const at = text.lastIndexOf('@');
  const end = text.search(/[?#&;]/);
  // Behind the beginning of a query an @ belongs to it, or the question mark to a password: nothing is safe to show.
  if (end >= 0 && at > end) return hidden;
  const tail = end < 0 ? '' : `${text.charAt(end)}${end + 1 < text.length ? hidden : ''}`;
  const rest = text.slice(at + 1, end < 0 ? undefined : end);
  const scheme = schemePattern.exec(text.slice(0, end < 0 ? undefined : end))?.[0];
  if (scheme !== undefined && looksLikeCredential(scheme, { mayBeHash: false })) return hidden;
  if (at >= 0) return `${hidden}@${place(rest, type, scheme === undefined)}${tail}`;
  if (scheme !== undefined) return `${scheme}${place(rest.slice(scheme.length), type, false)}${tail}`;
  return `${plain(rest, type)}${tail}`;
}

/** `https://`, and what people write instead of it. */
export const schemePattern =
  /^[^\w/]{0,3}(?:[a-z][a-z0-9+.-]*:\/\/+|(?:https?|ssh|ftp|wss?):\/?|(?:https?|ssh)\/\/|\/\/)/i;

/** A host with what follows it. `isScp`: a path may follow behind a colon, as in `user@host:path`. */
function place(text: string, type: string | undefined, isScp: boolean): string {
  const length = text.search(isScp ? /[/:]/ : /\//);
  const host = length < 0 ? text : text.slice(0, length);
  if (!isHost(host)) return hidden;
  const path = text.slice(host.length);
  if (path.length < 2) return text;
  if (type !== 'git-url') return `${host}${path.charAt(0)}…`;
  return looksLikeCredential(path, { mayBeHash: false }) ? `${host}${path.charAt(0)}${hidden}` : text;
}

/** Whether a text can be a host, and is not a password where the host was forgotten. */
function isHost(text: string): boolean {
  if (/^\[[0-9a-f:.]+\](?::\d{0,5})?$/i.test(text)) return true;
  const [name = '', port = '', ...others] = text.split(':');
  if (others.length > 0 || !/^\d{0,5}$/.test(port)) return false;
  return (name.includes('.') || !/\d/.test(name)) && !looksLikeCredential(name, { mayBeHash: false });
}

/** A text that is no address. */
function plain(text: string, type: string | undefined): string {
  const inside = text.indexOf('://');
  if (inside >= 0) return `${plain(text.slice(0, inside), type)}://${hidden}`;
  if (looksLikeCredential(text, { mayBeHash: type === 'git-ref' })) return hidden;
  const colon = text.indexOf(':');
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon >= 0 && isLogin(user, password) && !isPath(user, password, type)) return `${user}:${hidden}`;
  // A chat service's address without its scheme is no other.
  const isCalled = type === 'url' || type === 'endpoint';
  return isCalled ? text.replace(/^([^/.]*\.[^/]*\/).+$/s, '$1…') : text;
}

/** `user:password`; not a host and its port, two ports, a drive or a remote helper as in `ext::`. */
function isLogin(user: string, password: string): boolean {
  return /^[\w.+-]{2,}$/.test(user) && /\D/.test(user) && !/^(?:$|:|\d{1,5}(?:\/|$))/.test(password);
}

/** What is no password behind a colon: a repository's path behind its host, and a word as in `blob:all`. */
function isPath(before: string, text: string, type: string | undefined): boolean {
  if (type === 'git-url') return before.includes('.') && text.includes('/');
  return type === 'string' && /^[a-z]+$/.test(text);
}
