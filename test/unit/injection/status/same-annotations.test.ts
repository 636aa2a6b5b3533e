import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../../src/content-hash.ts';
import { readRequests } from '../../../../src/injection/request/read-requests.ts';
import type { SidecarStatus } from '../../../../src/injection/status/pod-status.ts';
import { hasSameInherited, hasSameParameters } from '../../../../src/injection/status/same-annotations.ts';

const base = { definition: 'x', mode: 'native', containers: ['logs'], volumes: [] };
const own = '[["","say \\"a\\\\b\\""],["level","1"]]';
const inherited = '[["period","5m"]]';

/** The pod writes two annotations and inherits one, which is by its key the last. */
function request(origins: readonly string[] = ['sidecar.io/logs.period']) {
  const annotations = {
    'sidecar.io/logs.period': '5m',
    'sidecar.io/logs.level': '1',
    'sidecar.io/logs': 'say "a\\b"',
  };
  const { requests } = readRequests(annotations, new Map(origins.map(key => [key, 'namespace shop'])));
  const [found] = requests;
  if (found === undefined) throw new Error('nothing is asked for');
  return found;
}

describe.each<readonly [who: string, by: object, write: (text: string) => string]>([
  ['a policy, which writes the text', { by: 'policy' }, text => text],
  ['the webhook, which writes the hash', {}, contentHash],
  ['the command line, which writes the hash', { by: 'inject' }, contentHash],
  ['somebody of a later version, who writes the hash', { by: 'another' }, contentHash],
])('annotations in the status of %s,', (_who, by, write) => {
  const status = (fields: Partial<SidecarStatus>): SidecarStatus => ({
    ...base,
    parameters: '',
    ...by,
    ...fields,
  });

  it('are the same where they are what the pod says', () => {
    expect(hasSameParameters(status({ parameters: write(own) }), request())).toBe(true);
    expect(hasSameInherited(status({ inherited: write(inherited) }), request())).toBe(true);
    expect(hasSameInherited(status({}), request([]))).toBe(true);
  });

  it.each([
    ['a value is another', '[["","say \\"a\\\\b\\""],["level","2"]]'],
    ['one is missing', '[["","say \\"a\\\\b\\""]]'],
    ['one is inherited', '[["","say \\"a\\\\b\\""],["level","1"],["period","5m"]]'],
    ['the order is another', '[["level","1"],["","say \\"a\\\\b\\""]]'],
    ['there is a space', '[["","say \\"a\\\\b\\""], ["level","1"]]'],
    ['there is nothing', ''],
  ])('are not the same where %s', (_what, text) => {
    expect(hasSameParameters(status({ parameters: write(text) }), request())).toBe(false);
  });

  it('are not the same where what is inherited is another, more or less', () => {
    expect(hasSameInherited(status({ inherited: write('[["period","6m"]]') }), request())).toBe(false);
    expect(hasSameInherited(status({}), request())).toBe(false);
    expect(hasSameInherited(status({ inherited: write(inherited) }), request([]))).toBe(false);
  });
});

describe('a text in the place of a hash, and a hash in the place of a text,', () => {
  it.each([
    ['of the webhook', { parameters: own, inherited }],
    ['of a policy', { by: 'policy', parameters: contentHash(own), inherited: contentHash(inherited) }],
  ])('in the status %s are not the same', (_who, fields) => {
    expect(hasSameParameters({ ...base, ...fields }, request())).toBe(false);
    expect(hasSameInherited({ ...base, ...fields }, request())).toBe(false);
  });
});
