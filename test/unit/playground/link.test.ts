import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fragmentOf, textsIn } from '../../../src/playground/link.ts';
import { playgroundExamples } from '../../playground-fixture.ts';

const fragment = (value: unknown) =>
  `#v1=${deflateRawSync(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')}`;

describe('a link', () => {
  it.each([...playgroundExamples])('carries the texts: %s', async (_name, manifest) => {
    const texts = { manifest, definitions: [{ name: 'ü.yaml', text: '# \u{1F600} </script>\n' }] };
    const link = await fragmentOf(texts);
    expect(link).toMatch(/^#v1=[\w-]+$/);
    expect(await textsIn(link ?? '')).toEqual(texts);
  });

  it('is not made where nobody could send it', async () => {
    const noise = Array.from({ length: 300_000 }, (_, index) =>
      Math.imul(index, 2_654_435_761).toString(36),
    ).join('');
    expect(await fragmentOf({ manifest: noise, definitions: [] })).toBeUndefined();
    expect(await fragmentOf({ manifest: 'a'.repeat(3_000_000), definitions: [] })).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['another fragment', '#manifest-panel'],
    ['no base64', '#v1=%%%'],
    ['nothing compressed', '#v1=aGVsbG8'],
    ['half of something', fragment({ manifest: 'a'.repeat(500), definitions: [] }).slice(0, 12)],
    ['no JSON', fragment('{"manifest"')],
    ['another value', fragment([])],
    ['no manifest', fragment({ definitions: [] })],
    ['definitions of another kind', fragment({ manifest: '', definitions: [{ name: 1, text: '' }] })],
    ['more than fits into memory', fragment('a'.repeat(64 * 1024 * 1024))],
    ['more than a link', `#v1=${'A'.repeat(300_000)}`],
  ])('says nothing where it holds %s', async (_what, hash) => {
    expect(await textsIn(hash)).toBeUndefined();
  });
});
