import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';
import { definitionText } from './definition-text.ts';

const read = (secrets: string) =>
  parseDefinition('logs.yaml', definitionText(`imagePullSecrets: ${secrets}\ncontainer: {image: a}`));

describe('imagePullSecrets of a definition', () => {
  it('are Secrets as in a pod, each once', () => {
    expect(read('[{name: mirror}, {name: a.b}, {name: mirror}]').definition?.imagePullSecrets).toEqual([
      'mirror',
      'a.b',
    ]);
    expect(read('[]').definition?.imagePullSecrets).toEqual([]);
  });

  it.each([
    ['mirror', 'spec.imagePullSecrets: '],
    ['[mirror]', 'spec.imagePullSecrets[0]: '],
    ['[{}]', 'spec.imagePullSecrets[0]: '],
    ['[{name: A}]', 'spec.imagePullSecrets[0].name: '],
    ['[{name: "${name}"}]', 'spec.imagePullSecrets[0].name: '],
    ['[{name: a, key: b}]', 'spec.imagePullSecrets[0].key: '],
  ])('are not %s', (secrets, where) => {
    const [problem] = read(secrets).problems ?? [];
    expect(problem && inOneLine(problem)).toContain(where);
  });
});
