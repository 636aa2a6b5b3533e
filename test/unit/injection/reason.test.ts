import { describe, expect, it } from 'vitest';
import {
  refusal,
  refusalReasons,
  skipReasons,
  warning,
  warningReasons,
} from '../../../src/injection/reason.ts';

const all = Object.entries({ ...skipReasons, ...refusalReasons, ...warningReasons });

describe('the reasons', () => {
  it.each(all)('%s can be a label and a link, and has a sentence', (code, sentence) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentence).toMatch(/^\S.*\S$/);
    expect(sentence).not.toMatch(/[.\n]$/);
  });

  it('are told apart by kind', () => {
    const [where, message] = ['sidecar.io/git-sync', 'x'];
    expect(refusal('empty-value', where, () => message)).toEqual({
      kind: 'refusal',
      code: 'empty-value',
      where,
      message,
    });
    expect(warning('short-hash', where, () => message)).toEqual({
      kind: 'warning',
      code: 'short-hash',
      where,
      message,
    });
  });

  it('make their words when these are first read', () => {
    let count = 0;
    const made = refusal('empty-value', 'sidecar.io/git-sync', () => `${++count}`);
    expect(count).toBe(0);
    expect(made.message).toBe('1');
    expect(made.message).toBe('1');
  });

  it('are few: labels of metrics are made of them', () => {
    expect(all.length).toBeLessThan(90);
  });
});
