import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../../../src/injection/status/pod-status.ts';

const entry = { definition: 'd', parameters: 'p', mode: 'native', containers: ['logs'], volumes: [] };

describe('the status annotation', () => {
  it('says what was injected', () => {
    const status = { logs: { ...entry, content: '/logs' }, 'logs-audit': { ...entry, volumes: ['a', 'b'] } };
    expect(parseStatus(JSON.stringify(status))).toEqual(status);
  });

  it('may say nothing', () => {
    expect(parseStatus('{}')).toEqual({});
  });

  it('says all that was added', () => {
    const added = { mounts: ['app:/site'], annotations: ['example.com/a'], appended: ['example.com/b:x'] };
    expect(parseStatus(JSON.stringify({ logs: { ...entry, ...added } }))).toEqual({
      logs: { ...entry, ...added },
    });
  });

  it('names what is left to others', () => {
    const status = { envoy: { leftToOthers: true }, logs: entry };
    expect(parseStatus(JSON.stringify(status))).toEqual(status);
  });

  it.each<readonly [string, unknown]>([
    ['a number', 1],
    ['a text', 'v2'],
    ['null', null],
    ['a list', ['a', 1]],
    ['an object', { namespace: 'shop', rule: 2 }],
  ])('may hold fields of a later version: %s', (_what, future) => {
    expect(parseStatus(JSON.stringify({ logs: { ...entry, future } }))).toEqual({
      logs: { ...entry, future },
    });
  });

  it.each([
    ['an empty text', ''],
    ['no JSON', 'injected'],
    ['half of it', '{"logs":'],
    ['null', 'null'],
    ['a number', '1'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a sidecar that is no object', '{"logs":"native"}'],
    ['a sidecar that is null', '{"logs":null}'],
    ['a sidecar that is a list', '{"logs":[]}'],
    ...Object.keys(entry).map(key => [`no ${key}`, JSON.stringify({ logs: { ...entry, [key]: undefined } })]),
    ...Object.keys(entry).map(key => [`a wrong ${key}`, JSON.stringify({ logs: { ...entry, [key]: 1 } })]),
    ['containers that are no texts', JSON.stringify({ logs: { ...entry, containers: [1] } })],
    ['a content that is no text', JSON.stringify({ logs: { ...entry, content: 1 } })],
    ...['mounts', 'env', 'annotations', 'appended', 'imagePullSecrets'].map(key => [
      `a wrong ${key}`,
      JSON.stringify({ logs: { ...entry, [key]: 'x' } }),
    ]),
    ['an unknown field with lists in lists', JSON.stringify({ logs: { ...entry, future: [[]] } })],
    ['an unknown field with objects in objects', JSON.stringify({ logs: { ...entry, future: { a: {} } } })],
    ['lists in lists without end', `{"logs":${'['.repeat(60_000)}${']'.repeat(60_000)}}`],
    [
      'lists without end beside what it should be',
      `${JSON.stringify({ logs: entry }).slice(0, -2)},"x":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`,
    ],
    ['longer than all annotations may be', JSON.stringify({ logs: { ...entry, x: 'x'.repeat(2 ** 18) } })],
    [
      'more than a pod can ask for',
      JSON.stringify(Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`logs-${index}`, entry]))),
    ],
    ['something left to others that says more', '{"envoy":{"leftToOthers":true,"by":"x"}}'],
    ['something left to others or not', '{"envoy":{"leftToOthers":"true"}}'],
    ['one bad sidecar among good ones', JSON.stringify({ logs: entry, other: {} })],
  ])('cannot be read where it is %s', (_what, text) => {
    expect(parseStatus(String(text))).toBeUndefined();
  });
});
