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
    expect(refusal('empty-value', 'x')).toEqual({ kind: 'refusal', code: 'empty-value', message: 'x' });
    expect(warning('short-hash', 'x')).toEqual({ kind: 'warning', code: 'short-hash', message: 'x' });
  });

  it('are few: labels of metrics are made of them', () => {
    expect(all.length).toBeLessThan(80);
  });
});
