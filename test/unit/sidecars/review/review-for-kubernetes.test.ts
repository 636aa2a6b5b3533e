import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../../../src/sidecars/review/review-definition.ts';
import { definitionText } from '../definition-text.ts';

const names = ['volume-source', 'volume-name', 'file-mode', 'variable-repeated'];

function findingsIn(spec: string): readonly string[] {
  const reading = parseDefinition('logs.yaml', definitionText(spec));
  if (!reading.definition) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  return reviewDefinition(reading.source, reading.spec, reading.definition)
    .filter(({ finding }) => names.includes(finding))
    .map(({ finding, line, column, message }) => `${line}:${column}: ${finding}: ${message}`);
}

const container = 'container: {image: "a:1"}';

describe('what Kubernetes takes, though it hardly is what was meant', () => {
  it('is a volume without a source', () => {
    const spec = `volumes: [{name: "\${name}-v"}]\n${container}`;
    expect(findingsIn(spec)).toEqual([
      '6:13: volume-source: a volume without a source; give it one of configMap, csi, downwardAPI, emptyDir, ephemeral, hostPath, image, nfs, persistentVolumeClaim, projected, secret; Kubernetes makes it an empty directory',
    ]);
  });

  it('is a volume that loses its source with some values', () => {
    const spec = `parameters: {big: {type: boolean, default: false}}\nvolumes: [{name: "\${name}-v", secret: {secretName: {when: big.true, value: a}}}]\n${container}`;
    expect(findingsIn(spec)).toEqual([
      '7:41: volume-source: a volume can be left without a source: secret goes where all that it holds is left out; give its parameters a default, or put a "when" around the whole; Kubernetes makes it an empty directory',
    ]);
  });

  it('is a volume whose name is the same in each instance', () => {
    expect(findingsIn(`volumes: [{name: data, emptyDir: {}}]\n${container}`)).toEqual([
      '6:20: volume-name: a second instance would bring a volume "data" too, and the pod would be refused; write "${name}-data"',
    ]);
  });

  it.each(['440', '444', '400'])('is the mode %s, which is decimal', mode => {
    const spec = `volumes: [{name: "\${name}-v", secret: {secretName: a, defaultMode: ${mode}}}]\n${container}`;
    const octal = `0${Number(mode).toString(8)}`;
    expect(findingsIn(spec)).toEqual([
      `6:70: file-mode: ${mode} is decimal, which is ${octal} in octal; write 0${mode} if you mean that`,
    ]);
  });

  it('is a variable that another one replaces with some values', () => {
    const spec = `parameters: {opt: {type: string}}\ncontainer: {image: "a:1", env: [{name: A, value: x}, {when: opt, value: {name: A, value: y}}]}`;
    expect(findingsIn(spec)).toEqual([
      '7:82: variable-repeated: "A" can stand here twice, and the last one counts; write it once, with {when, value, else} for its value',
    ]);
  });

  it.each([
    ['a mode in octal', 'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 0400}}]'],
    [
      'a mode in the octal of YAML 1.2',
      'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 0o400}}]',
    ],
    ['a volume with the name of its instance', 'volumes: [{name: "${name}", emptyDir: {}}]'],
    ['the shared volume', 'volumes: [{name: "${volume}", emptyDir: {}, shared: true}]'],
  ])('is not %s', (_what, spec) => {
    expect(findingsIn(`${spec}\n${container}`)).toEqual([]);
  });
});

describe('a mode in octal', () => {
  it.each([
    ['0400', 0o400],
    ['0o444', 0o444],
    ['{when: opt, value: 0644, else: 420}', 0o644],
  ])('is read as its author meant it: %s', (mode, expected) => {
    const spec = `parameters: {opt: {type: string}}\nvolumes: [{name: "\${name}-v", secret: {secretName: a, defaultMode: ${mode}}}]\n${container}`;
    const reading = parseDefinition('logs.yaml', definitionText(spec));
    expect(JSON.stringify(reading.definition?.volumes)).toContain(String(expected));
  });
});
