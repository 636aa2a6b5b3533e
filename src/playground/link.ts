/** What a link carries behind its `#`, which no server sees: the texts of a person, compressed. */
import { isObject } from '../kubernetes/json.ts';
import type { SidecarFile } from '../sidecars/sidecar-set.ts';

/** What a person has written on the page. */
export interface WrittenTexts {
  readonly manifest: string;
  /** Definitions that were edited or added. */
  readonly definitions: readonly (SidecarFile & { readonly text: string })[];
}

/** Browsers and chat programs take links of some hundred thousand characters; what is longer is a file. */
const maxLinkLength = 200_000;

/** What a link may unfold to, in bytes: a short one could fill the memory otherwise. */
const maxBytes = 512 * 1024;

const prefix = '#v1=';

/** The fragment for texts; undefined where it would be too long for a link. */
export async function fragmentOf(texts: WrittenTexts): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  if (bytes.length > maxBytes) return undefined;
  const compressed = await gathered(bytes, new CompressionStream('deflate-raw'), maxBytes);
  if (compressed === undefined) return undefined;
  const fragment = `${prefix}${inBase64(compressed)}`;
  return fragment.length > maxLinkLength ? undefined : fragment;
}

/** The texts in a fragment; undefined where there are none, or they cannot be read. */
export async function textsIn(fragment: string): Promise<WrittenTexts | undefined> {
  if (!fragment.startsWith(prefix) || fragment.length > maxLinkLength) return undefined;
  try {
    const compressed = fromBase64(fragment.slice(prefix.length));
    const bytes = await gathered(compressed, new DecompressionStream('deflate-raw'), maxBytes);
    return bytes === undefined ? undefined : checked(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

function checked(value: unknown): WrittenTexts | undefined {
  if (!isObject(value)) return undefined;
  const { manifest, definitions } = value;
  if (typeof manifest !== 'string' || !Array.isArray(definitions)) return undefined;
  const files = definitions.flatMap(file => {
    const { name, text } = isObject(file) ? file : {};
    return typeof name === 'string' && typeof text === 'string' ? [{ name, text }] : [];
  });
  return files.length === definitions.length ? { manifest, definitions: files } : undefined;
}

/** All that comes out of a stream; undefined where that is more than `limit`. */
async function gathered(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(part.value);
  }
  const all = new Uint8Array(length);
  parts.reduce((offset, part) => {
    all.set(part, offset);
    return offset + part.length;
  }, 0);
  return all;
}

function inBase64(bytes: Uint8Array): string {
  const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
  const [unpadded = ''] = btoa(text).split('=', 1);
  return unpadded.replaceAll('+', '-').replaceAll('/', '_');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(characters, character => character.charCodeAt(0));
}
