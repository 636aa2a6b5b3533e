import { describe, expect, it } from 'vitest';
import { pageAroundState, pageWithState, stateJson } from '../../../src/playground/page-with-state.ts';

const page = `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'none'; base-uri 'none'">
<script id="state" type="application/json">{"isLive":false}</script>
<script>const text = "connect-src 'none'";</script>
`;

describe('pageWithState', () => {
  it('puts the state in place of the one that is there', () => {
    expect(pageWithState(page, '{"a":1}', 'none')).toBe(page.replace('{"isLive":false}', '{"a":1}'));
  });

  it('puts it in as it stands', () => {
    expect(pageWithState(page, '{"$&":"$1 $`"}', 'none')).toContain('>{"$&":"$1 $`"}</script>');
  });

  it('lets a page that is served ask its own server, and changes nothing else', () => {
    const served = pageWithState(page, '{}', 'self').split('\n');
    expect(served[1]).toContain("default-src 'none'; connect-src 'self'; base-uri 'none'");
    expect(served.toSpliced(1, 1)).toEqual(pageWithState(page, '{}', 'none').split('\n').toSpliced(1, 1));
  });

  it('may be done again', () => {
    const once = pageWithState(page, '{"a":1}', 'none');
    expect(pageWithState(once, '{"a":2}', 'none')).toBe(pageWithState(page, '{"a":2}', 'none'));
  });

  it('takes no state that could end its element', () => {
    const json = JSON.stringify({ text: '</script><script>alert(1)</script>' });
    expect(() => pageWithState(page, json, 'none')).toThrow('the state holds "<"');
  });

  it.each([
    ['no state', page.replace('id="state"', 'id="other"'), 'the page has no <script id="state"'],
    [
      'two states',
      page + page,
      'the page has <script id="state" type="application/json"> 2 times; use it once',
    ],
    ['no end', page.replaceAll('</script>', ''), 'the page has no </script> behind <script id="state"'],
    [
      'no policy',
      page.replace('<meta', '<data'),
      'the page has no <meta http-equiv="Content-Security-Policy"',
    ],
    [
      'another policy',
      page.replace("connect-src 'none'", "connect-src 'self'"),
      "the page has no connect-src 'none': make it anew",
    ],
    ['a policy behind the state', moved(page), 'the page has no <meta http-equiv="Content-Security-Policy"'],
  ])('says what is wrong with a page that has %s', (_, wrong, message) => {
    expect(() => pageAroundState(wrong, 'self')).toThrow(message);
  });
});

describe('stateJson', () => {
  it('is JSON of the value', () => {
    const value = { text: '<!--<script>\u2028\\"</script>', list: ['<'] };
    expect(JSON.parse(stateJson(value))).toEqual(value);
  });

  it('holds no character that a tag begins with', () => {
    expect(stateJson({ '<a>': '</script>' })).toBe(String.raw`{"\u003ca>":"\u003c/script>"}`);
  });
});

function moved(text: string): string {
  const [start = '', policy = '', ...rest] = text.split('\n');
  return [start, ...rest, policy].join('\n');
}
