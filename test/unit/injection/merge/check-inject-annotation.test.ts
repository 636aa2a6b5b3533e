import { describe, expect, it } from 'vitest';
import { codes, decide, gitSync, podWith, told } from '../../../injection-fixture.ts';

describe('sidecar.io/inject', () => {
  it.each(['no', 'False', 'TRUE', '0', '', ' true', 'disabled'])('is neither true nor false: %j', value => {
    const decision = decide(podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/inject': value }));
    expect(told(decision)).toEqual([
      `invalid-inject: annotation sidecar.io/inject: got "${value}"; use "true" or "false"`,
    ]);
  });

  it('is refused although nothing is asked for', () => {
    expect(codes(decide(podWith({ 'sidecar.io/inject': 'maybe' })))).toEqual(['invalid-inject']);
  });

  it('may say true', () => {
    expect(decide(podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/inject': 'true' }))).toMatchObject({
      outcome: 'injected',
    });
  });

  it('shows no password', () => {
    const decision = decide(podWith({ 'sidecar.io/inject': 'https://alice:secret@example.com' }));
    expect(told(decision)[0]).not.toContain('secret');
  });
});
