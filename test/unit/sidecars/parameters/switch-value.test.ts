import { describe, expect, it } from 'vitest';
import { namesInValue, switchValueOf } from '../../../../src/sidecars/parameters/switch-value.ts';
import { definitionText, problemsOf } from '../definition-text.ts';
import { parameterOf } from './read-value.ts';

const parameters = new Map(
  Object.entries({
    listen: { type: 'port' },
    target: { type: 'port' },
    directory: { type: 'path', pattern: '[^*]+' },
    files: { type: 'string', pattern: '[^ ]+' },
  }).map(([name, spec]) => [name, { ...parameterOf(spec), name }] as const),
);
const split = (value: string, text: string) => {
  const { texts } = switchValueOf(value, parameters).split(text);
  return texts && Object.fromEntries(texts);
};

describe('a value that is one parameter', () => {
  it('is its text, whatever stands in it', () => {
    expect(split('listen', '80:81')).toEqual({ listen: '80:81' });
    expect(switchValueOf('listen', parameters).expects).toBe('a port number from 1 to 65535');
  });
});

describe('a value with a form', () => {
  it.each<[string, string, object | undefined]>([
    ['${listen}:${target}', '8443:8080', { listen: '8443', target: '8080' }],
    ['${listen}:${target}', '8443', undefined],
    ['${listen}:${target}', ':8080', undefined],
    ['${listen}:${target}', '8443:', undefined],
    ['${listen}:${target}', '8443:8080:1', undefined],
    ['${listen}:${target}', '8443:99999', undefined],
    ['tcp/${listen}', 'tcp/80', { listen: '80' }],
    ['tcp/${listen}', 'udp/80', undefined],
    ['${listen}/tcp', '80/tcp', { listen: '80' }],
    ['${listen}/tcp', '80/tcp/', undefined],
    ['$${listen}-${listen}', '${listen}-80', { listen: '80' }],
  ])('%s takes %s apart', (value, text, expected) => {
    expect(split(value, text)).toEqual(expected);
  });

  it.each<[string, object | undefined]>([
    ['/var/log/app/*.log', { directory: '/var/log/app', files: '*.log' }],
    ['/var/log/app/a.log', { directory: '/var/log/app', files: 'a.log' }],
    ['/var/log/*/a/b.log', { directory: '/var/log', files: '*/a/b.log' }],
    ['/*.log', undefined],
    ['a.log', undefined],
  ])('gives the first parameter as much as fits its type: %s', (text, expected) => {
    expect(split('${directory}/${files}', text)).toEqual(expected);
  });

  it('says its form and what each parameter takes', () => {
    const expects = (value: string) => switchValueOf(value, parameters).expects;
    expect(expects('${listen}:${target}')).toBe('<listen>:<target>: each a port number from 1 to 65535');
    expect(expects('${listen}/${files}')).toBe(
      '<listen>/<files>: listen is a port number from 1 to 65535, files is a text that matches [^ ]+',
    );
  });

  it('looks at no text that is longer than a path can be', () => {
    const long = switchValueOf('${directory}/${files}', parameters).split('/a'.repeat(2049));
    expect(long).toEqual({ use: 'a value of at most 4096 characters' });
    expect(split('${directory}/${files}', '/a'.repeat(2048))?.['files']).toBe('a');
  });

  it('tries the last hundred places for the end of a parameter, and no more', () => {
    const withStar = (segments: number) => split('${directory}/${files}', `/a/*${'/b'.repeat(segments)}`);
    expect(withStar(99)).toEqual({ directory: '/a', files: `*${'/b'.repeat(99)}` });
    expect(withStar(100)).toBeUndefined();
  });
});

it('names its parameters', () => {
  expect(namesInValue('listen')).toEqual(['listen']);
  expect(namesInValue('${listen}:${target}')).toEqual(['listen', 'target']);
});

describe('a definition', () => {
  const textOf = (value: string) =>
    definitionText(`
      value: ${value}
      parameters: {listen: {type: port}, target: {type: port}, other: {type: port}}
      container: {image: a:1}
    `);

  it.each([
    ['${listen}:${target}', []],
    ['${listne}:${target}', ['logs.yaml:6:10: spec.value: no parameter "listne"; did you mean "listen"?']],
    [
      '${listen}${target}',
      ['logs.yaml:6:10: spec.value: name one parameter, or two different ones with a text between them'],
    ],
    [
      '${listen}:${listen}',
      ['logs.yaml:6:10: spec.value: name one parameter, or two different ones with a text between them'],
    ],
    [
      '${listen}:${target}:${other}',
      ['logs.yaml:6:10: spec.value: name one parameter, or two different ones with a text between them'],
    ],
  ])('has a value that can be taken apart: %s', (value, problems) => {
    expect(problemsOf(textOf(value))).toEqual(problems);
  });
});
