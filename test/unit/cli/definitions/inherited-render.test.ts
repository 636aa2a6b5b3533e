import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../../../src/cli/definitions/render.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { capturedOutput } from '../captured-output.ts';

const definition = definitionText(`
  value: level
  parameters:
    level: {type: integer, required: true, minimum: 3}
    to: {type: string}
  container: {image: "example.com/logs:1.0", args: ["--level=\${level}", "--to=\${to}"]}
`);

const namespace = (name: string, annotations: object) =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'sidecar.io/inject': 'enabled' }, annotations } })}\n`;

const shop = namespace('shop', {
  'sidecar.io/logs': '5',
  'sidecar.io/logs.mode': 'classic',
  'sidecar.io/logs_a': '9',
});
const config =
  'inject: [{annotations: {"sidecar.io/logs": "4", "sidecar.io/logs.to": b}}]\ndefaults: {logs: {to: c}}\n';

/** What is printed of the definition beside these files; the arguments name them. */
async function rendered(...args: readonly string[]) {
  const directory = temporaryDirectory();
  const files = {
    'logs.yaml': definition,
    'one.yaml': shop,
    'two.yaml': `${shop}---\n${namespace('other', {})}`,
    'off.yaml': namespace('shop', { 'sidecar.io/logs': 'false', 'sidecar.io/logs.inject': 'false' }),
    'config.yaml': config,
    'registry.yaml': 'imageRegistry: mirror.example.com\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const paths = ['logs.yaml', ...args].map(arg => (arg in files ? join(directory, arg) : arg));
  return capturedOutput(() => render.run(paths));
}

const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter(line => /^#|--level|--to|image:/.test(line))
    .map(line => line.trim());
const image = 'image: example.com/logs:1.0';

describe('render', () => {
  it.each<readonly [what: string, args: readonly string[], lines: readonly string[]]>([
    [
      'the only namespace of a file',
      ['--namespaces', 'one.yaml'],
      [
        '# mode classic',
        '# namespace shop: sidecar.io/logs=5',
        '# namespace shop: sidecar.io/logs.mode=classic',
        image,
        '- --level=5',
      ],
    ],
    [
      'the namespace that is named',
      ['--namespaces', 'two.yaml', '-n', 'other', '--mode', 'native'],
      ['# mode native', '# sample values: level=3', image, '- --level=3'],
    ],
    [
      'what is set on the way instead',
      ['--namespaces', 'one.yaml', '--set', 'level=7', '--mode', 'native'],
      ['# mode native', image, '- --level=7'],
    ],
    [
      'rules, which are weaker, and defaults, which are weaker still',
      ['--namespaces', 'one.yaml', '--config', 'config.yaml'],
      [
        '# mode classic',
        '# namespace shop: sidecar.io/logs=5',
        '# rule 1: sidecar.io/logs.to=b',
        '# namespace shop: sidecar.io/logs.mode=classic',
        image,
        '- --level=5',
        '- --to=b',
      ],
    ],
    [
      'rules alone',
      ['--config', 'config.yaml', '--mode', 'native'],
      [
        '# mode native',
        '# rule 1: sidecar.io/logs=4',
        '# rule 1: sidecar.io/logs.to=b',
        image,
        '- --level=4',
        '- --to=b',
      ],
    ],
    [
      'the registry of the configuration',
      ['--config', 'registry.yaml', '--mode', 'native'],
      ['# mode native', '# sample values: level=3', 'image: mirror.example.com/logs:1.0', '- --level=3'],
    ],
    [
      'the sidecar also where it is switched off',
      ['--namespaces', 'off.yaml', '--mode', 'native'],
      ['# mode native', '# sample values: level=3', image, '- --level=3'],
    ],
  ])('counts %s', async (_what, args, lines) => {
    const { exitCode, stdout, stderr } = await rendered(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(linesOf(stdout)).toEqual(lines);
  });

  it('says for a program where values come from', async () => {
    const { stdout } = await rendered('--namespaces', 'one.yaml', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        mode: 'classic',
        sampleValues: {},
        inheritedValues: [
          { annotation: 'sidecar.io/logs', value: '5', from: 'namespace shop' },
          { annotation: 'sidecar.io/logs.mode', value: 'classic', from: 'namespace shop' },
        ],
      },
    ]);
  });

  it('wants to know which namespace of several', async () => {
    const { exitCode, stderr } = await rendered('--namespaces', 'two.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--namespaces has shop, other; name one with -n\n');
  });
});
