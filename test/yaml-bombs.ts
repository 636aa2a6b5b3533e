import { definitionText } from './unit/sidecars/definition-text.ts';

/** As many bytes as a definition may have. */
const bytes = 256 * 1024;

function filled(unit: string, before = ''): string {
  return before + unit.repeat(Math.floor((bytes - before.length) / Buffer.byteLength(unit)));
}

function numbered(line: (index: number) => string, before = ''): string {
  let text = before;
  for (let index = 0; text.length < bytes - 100; index++) text += line(index);
  return text;
}

const image = 'container: {image: "example.com/logs:1.0"}';

/** Texts that a careless reader of YAML takes minutes, gigabytes or its stack for. None is a definition. */
export const yamlBombs: Readonly<Record<string, string>> = {
  'keys in keys': '? '.repeat(28),
  'keys in keys, as many as fit': filled('? '),
  'maps as keys': `${'{a: {? '.repeat(30)}b${'}}'.repeat(30)}`,
  'lists as keys': '? - '.repeat(1000),
  'one key again and again': filled('a: 1\n'),
  'one key again and again, below the spec': definitionText(`${image}\n${'order: 1\n'.repeat(4000)}`),
  'different keys': numbered(index => `a${index}: 1\n`),
  'keys that need a suggestion': definitionText(
    `${image}\n${Array.from({ length: 3000 }, (_, index) => `contaner${index}: 1`).join('\n')}`,
  ),
  'deep lists': filled('['),
  'deep lists that end': `${'['.repeat(5000)}${']'.repeat(5000)}`,
  'deep maps': filled('{a: '),
  'deep maps by indentation': numbered(index => `${' '.repeat(index)}a:\n`),
  'deep dashes': filled('- '),
  'deep choices': definitionText(
    `container: {image: ${'{when: run.once, value: a, else: '.repeat(3000)}b${'}'.repeat(3000)}}`,
  ),
  'deep values': definitionText(
    `${image}\nready: {exec: ${'{a: '.repeat(90)}b${'}'.repeat(90)}, within: 1s}`,
  ),
  'many documents': filled('---\n'),
  'ends of documents': filled('...\n'),
  directives: filled('%TAG !a! tag:x\n'),
  comments: filled('# a\n'),
  'comments in a list': filled('  # a\n  - b\n', 'a:\n'),
  'empty lines': filled('\n'),
  anchors: numbered(index => `a${index}: &a${index} 1\n`),
  aliases: numbered(index => `a${index}: *a\n`, 'a: &a 1\n'),
  'aliases of aliases': `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`).join('\n')}`,
  tags: numbered(index => `a${index}: !x${index} 1\n`),
  'merge keys': `%YAML 1.1\n---\na: &a {b: 1}\nc: {${'<<: *a, '.repeat(4000)}}`,
  commas: filled(',', '['),
  'closing brackets': filled(']'),
  'bad escapes': `a: "${filled('\\q')}"`,
  'bad indents': filled('a: 1\n b: 2\n'),
  tabs: filled('\t\n', 'a:\n'),
  'carriage returns': filled('a\r'),
  'byte order marks': filled('\uFEFF'),
  NUL: filled('\0'),
  'a very long word': filled('x', 'a: '),
  'a very long key': `${filled('x')}: 1`,
  'a text that does not end': filled('x\n', 'a: "'),
  'a text of many lines': filled('  x\n', 'a: |\n'),
  'open braces': definitionText(`container: {image: "${'${'.repeat(100_000)}"}`),
  'escaped braces': definitionText(`container: {image: "${'$${'.repeat(80_000)}${'${'}"}`),
  'braces that name nothing': definitionText(`container: {image: "${'${a}'.repeat(60_000)}"}`),
  'facts that nobody has': definitionText(
    `container: {image: {when: [${'a, '.repeat(4000)}], value: a, else: b}}`,
  ),
  'mounts of missing volumes': definitionText(
    `container: {image: "a:1", volumeMounts: [${'{name: a, mountPath: /a}, '.repeat(1200)}]}`,
  ),
};
