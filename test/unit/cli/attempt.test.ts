import { describe, expect, it } from 'vitest';
import { attempt } from '../../../src/cli/attempt.ts';
import { InjectorError } from '../../../src/injector-error.ts';

describe('an attempt', () => {
  it('gives what its step gives', async () => {
    expect(await attempt('cannot read', Promise.resolve(5))).toBe(5);
  });

  it('says which step failed, why, and keeps the cause', async () => {
    const cause = new Error('ENOENT: no such file or directory');
    const failed = attempt('cannot read the definitions in "x" (--sidecars)', Promise.reject(cause));
    await expect(failed).rejects.toBeInstanceOf(InjectorError);
    await expect(failed).rejects.toMatchObject({
      message: 'cannot read the definitions in "x" (--sidecars): ENOENT: no such file or directory',
      cause,
    });
  });

  it('says why although what was thrown is no error', async () => {
    await expect(attempt('cannot read', Promise.reject('no disk'))).rejects.toThrow(/^cannot read: no disk$/);
  });
});
