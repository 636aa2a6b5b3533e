import { describe, expect, it } from 'vitest';
import { withOrigins } from '../../../../src/injection/inheritance/name-origins.ts';
import { refusal } from '../../../../src/injection/reason.ts';

const origins = new Map([
  ['sidecar.io/logs', 'namespace shop'],
  ['sidecar.io/logs.level', 'rule 2'],
  ['sidecar.io/site.ref', 'namespace shop'],
  ['sidecar.io/inject', 'namespace shop'],
]);

function told(where: string, of: ReadonlyMap<string, string> = origins): string {
  const [refused] = withOrigins([refusal('invalid-value', where, () => 'no')], of);
  expect(refused).toMatchObject({ kind: 'refusal', code: 'invalid-value', where });
  return refused?.message ?? '';
}

describe('a refusal', () => {
  const leftOut = 'set sidecar.io/logs.inject: "false" on the pod to leave it out';

  it.each([
    ['of a sidecar that is inherited', 'sidecar.io/logs', `no; it comes from namespace shop: ${leftOut}`],
    ['of its parameter', 'sidecar.io/logs.level', `no; it comes from rule 2: ${leftOut}`],
    [
      'of a parameter that the pod has',
      'sidecar.io/logs.size',
      `no; its sidecar comes from namespace shop: ${leftOut}`,
    ],
    [
      'of a parameter of a sidecar that the pod asks for',
      'sidecar.io/site.ref',
      'no; it comes from namespace shop: set it on the pod to say otherwise',
    ],
    [
      'of sidecar.io/inject',
      'sidecar.io/inject',
      'no; it comes from namespace shop: set it on the pod to say otherwise',
    ],
    [
      'of all sidecars together',
      'metadata.annotations',
      'no; some come from namespace shop: set sidecar.io/logs.inject: "false" on the pod to leave one out',
    ],
    ['of what the pod asks for', 'sidecar.io/site', 'no'],
    ['of another instance', 'sidecar.io/logs_b', 'no'],
    ['of what is no annotation', 'container logs', 'no'],
  ])('%s ends with where that comes from and the way out', (_of, where, message) => {
    expect(told(where)).toBe(message);
  });

  it('is left as it is where nothing is inherited, and of all together where that are only defaults', () => {
    expect(told('sidecar.io/logs', new Map())).toBe('no');
    expect(told('metadata.annotations', new Map([['sidecar.io/site.ref', 'rule 1']]))).toBe('no');
  });

  it('shows no credential that stands in a name', () => {
    const key = 'sidecar.io/AKIAIOSFODNN7EXAMPLE';
    expect(told('sidecar.io/***', new Map([[key, 'namespace shop']]))).not.toContain('AKIA');
  });
});
