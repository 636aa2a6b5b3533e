import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlaygroundServed, loadPlayground } from '../../../../src/cli/serve/playground.ts';
import { parseConfig } from '../../../../src/config/parse-config.ts';
import { emptySidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy } from '../../../injection-fixture.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { logAndMetrics } from './destinations.ts';

const text = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">
<script id="state" type="application/json">{"isLive":false}</script>
`;

function configOf(yaml = '', ...flags: readonly string[]) {
  const file = { path: 'config.yaml', text: yaml };
  const { config } = { config: undefined, ...parseConfig({ flags, variables: {}, ...{ file } }) };
  if (config === undefined) throw new Error('the configuration is wrong');
  return config;
}

function load(file: string) {
  const { log, lines } = logAndMetrics();
  const now = () => shown;
  return { lines, playground: loadPlayground({ config: configOf(), now, log, file }) };
}

const shown = {
  ...{ definitions: emptySidecarSet, settings: {}, policy: defaultPolicy, rules: [] },
  ...{ workloads: 'propagate' as const, workloadKinds: [] },
};

function fileWith(content: string): string {
  const file = join(temporaryDirectory(), 'playground.html');
  writeFileSync(file, content);
  return file;
}

const shippedConfiguration = readFileSync(
  new URL('../../../../deploy/base/config.yaml', import.meta.url),
  'utf8',
);

describe('whether the page is served', () => {
  const files = ['--tls=files', '--tls-cert-file=a', '--tls-key-file=b'];
  it.each([
    ['on one’s own machine', configOf(), true],
    ['on one’s own machine, not wanted', configOf('playground: false'), false],
    ['in a cluster', configOf('', '--tls=managed'), false],
    ['in a cluster as it ships', configOf(shippedConfiguration), false],
    ['in a cluster with certificates of others', configOf('', ...files), false],
    ['in a cluster, wanted', configOf('playground: true', '--tls=managed'), true],
  ])('is decided by where it is and what the operator says: %s', (_, config, isServed) => {
    expect(isPlaygroundServed(config)).toBe(isServed);
  });
});

describe('the page', () => {
  it('holds the state of the moment, and may ask its own server for the next one', async () => {
    const { playground, lines } = load(fileWith(text));
    const { page, state } = await playground;
    if ('missing' in page) throw new Error(page.missing);
    const [{ pieces, tag }, json] = [await page(), await state()];
    const html = Buffer.concat(pieces).toString();
    expect(html).toContain(`json">${Buffer.concat(json.pieces).toString()}</script>`);
    expect(html).toContain('"isLive":true');
    expect(html).toContain("connect-src 'self'");
    expect(tag).toMatch(new RegExp(`^[0-9a-f]{16}-${json.tag}$`));
    expect(lines).toEqual([]);
  });

  it('has another tag where the program comes with another page', async () => {
    const tags = [text, `${text}<p>`].map(async content => {
      const { page } = await load(fileWith(content)).playground;
      return 'missing' in page ? page.missing : (await page()).tag;
    });
    const [one, other] = await Promise.all(tags);
    expect(one).not.toBe(other);
  });

  it.each([
    ['is missing', undefined, /ENOENT/],
    ['is none', '<p>', 'the page has no <script id="state"'],
    ['is larger than a page can be', text + ' '.repeat(8 * 1024 * 1024), /8388608|MiB|larger/],
  ])(
    'stops nothing where its file %s: the log and the answer say what to do',
    async (_, content, problem) => {
      const file = content === undefined ? join(temporaryDirectory(), 'none.html') : fileWith(content);
      const { playground, lines } = load(file);
      const { page, state } = await playground;
      expect(page).toEqual({
        missing: 'not there: make it in a checkout by "npm run build:playground" and start again',
      });
      expect((await state()).pieces.length).toBeGreaterThan(0);
      expect(lines).toEqual([
        {
          level: 'warn',
          file,
          problem: expect.stringMatching(problem),
          use: 'make it in a checkout by "npm run build:playground" and start again',
          msg: 'the playground is not there',
        },
      ]);
    },
  );
});
