import { describe, expect, it } from 'vitest';
import { explainTarget } from '../../../../src/cli/diagnosis/explain-target.ts';

describe('what is to be explained', () => {
  it.each([
    [['pod/web'], { kind: 'pod', name: 'web' }],
    [['deploy', 'web'], { kind: 'deploy', name: 'web' }],
    [['rollouts.argoproj.io/web'], { kind: 'rollouts.argoproj.io', name: 'web' }],
  ])('is an object: %j', (operands, target) => {
    expect(explainTarget([], operands)).toEqual(target);
  });

  it('is what manifests hold', () => {
    expect(explainTarget(['a.yaml', '-'], [])).toEqual({ paths: ['a.yaml', '-'] });
  });

  it.each([
    [[], []],
    [[], ['web']],
    [[], ['pod/']],
    [[], ['/web']],
    [[], ['pod/web/x']],
    [[], ['pod/web', 'x']],
    [[], ['pod', 'web', 'api']],
    [['a.yaml'], ['pod/web']],
  ])('is not told by -f %j and %j', (filenames, operands) => {
    expect(() => explainTarget(filenames, operands)).toThrow(/KIND\/NAME|not both/);
  });
});
