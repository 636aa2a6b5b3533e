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

  it('may hold fields of a later version', () => {
    expect(parseStatus(JSON.stringify({ logs: { ...entry, future: 1 } }))).toEqual({
      logs: { ...entry, future: 1 },
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
    ['one bad sidecar among good ones', JSON.stringify({ logs: entry, other: {} })],
  ])('cannot be read where it is %s', (_what, text) => {
    expect(parseStatus(String(text))).toBeUndefined();
  });
});
