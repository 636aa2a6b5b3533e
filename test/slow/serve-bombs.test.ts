import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLocalCertificates } from '../integration/local-certificates.ts';
import { podWith, reviewOf } from '../integration/reviews.ts';
import { call, type Endpoint } from '../integration/webhook-client.ts';
import { startProgram, WebhookProcess } from '../integration/webhook-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { yamlBombs } from '../yaml-bombs.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

function definition(name: string, version: number): string {
  return definitionText(`container: {image: "example.com/${name}:${version}"}`, name);
}

/** What becomes of a pod that asks for a sidecar: the image that it gets, or the message. */
async function outcome(webhook: Endpoint, sidecar: string): Promise<string> {
  const { text } = await call(webhook, { body: reviewOf(podWith({ [`sidecar.io/${sidecar}`]: 'true' })) });
  const { patch, status } = JSON.parse(text).response;
  if (patch === undefined) return status.message;
  return /example\.com\/\w+:\d+/.exec(Buffer.from(patch, 'base64').toString('utf8'))?.[0] ?? 'bare';
}

/** What has the name of a file and is none, or too much of one. */
const oddFiles: Readonly<Record<string, (path: string) => void>> = {
  pipe: path => execFileSync('mkfifo', [path]),
  zero: path => symlinkSync('/dev/zero', path),
  directory: path => mkdirSync(path),
  dangling: path => symlinkSync('nowhere', path),
  large: path => writeFileSync(path, `# ${'x'.repeat(5 * 1024 * 1024)}`),
};

const names = [...Object.keys(yamlBombs).map((_name, index) => `bomb${index}`), ...Object.keys(oddFiles)];

/** A directory with every bomb and every odd file, and one definition that is good. */
function hostileDirectory(): string {
  const directory = temporaryDirectory();
  Object.values(yamlBombs).forEach((text, index) => {
    writeFileSync(join(directory, `bomb${index}.yaml`), text);
  });
  for (const [name, make] of Object.entries(oddFiles)) make(join(directory, `${name}.yaml`));
  writeFileSync(join(directory, 'logs.yaml'), definition('logs', 1));
  return directory;
}

describe('a directory of definitions that were written to do harm', () => {
  it('hurts nothing but itself, at the start and when it changes', async () => {
    const sidecars = hostileDirectory();
    const webhook = await WebhookProcess.start(certs.path, '--sidecars', sidecars);
    const loaded = await webhook.logged({ msg: 'definitions loaded' });
    expect(loaded).toMatchObject({ sidecars: ['logs'], rejected: names.length });
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:1');
    const { status, text } = await webhook.status('/readyz');
    expect(status).toBe(200);
    for (const name of ['bomb0', 'pipe', 'zero']) {
      await webhook.logged({ msg: 'definition rejected', file: `${name}.yaml` });
      expect(await outcome(webhook, name)).toMatch(/cannot be used/);
    }
    expect(text.length).toBeLessThan(256 * 1024);

    const from = webhook.log.length;
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 2));
    for (let index = 0; index < 40; index++) {
      writeFileSync(
        join(sidecars, `more${index}.yaml`),
        `# ${index}\n${yamlBombs['one key again and again']}`,
      );
    }
    await webhook.logged({ msg: 'definitions loaded', rejected: names.length + 40 }, from);
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:2');
    expect((await webhook.status('/livez')).status).toBe(200);
  });

  it('is told by validate, in few words and at once', async () => {
    const validating = startProgram(['validate', hostileDirectory()]);
    expect(await validating.exitCode()).toBe(1);
    for (const name of names)
      expect(validating.stdout).toMatch(new RegExp(`/${name}\\.yaml:\\d+:\\d+: .*\\(error\\)`));
    expect(validating.stdout).toMatch(/1 sidecars: \d+ errors, \d+ findings\n$/);
    expect(validating.stdout.length).toBeLessThan(512 * 1024);
  });
});

describe('another file that serve is told to read', () => {
  it.each(Object.entries(oddFiles))(
    'is refused with its reason where it is odd: --config, %s',
    async (name, make) => {
      const config = join(temporaryDirectory(), name);
      make(config);
      const program = startProgram(['serve', '--config', config]);
      expect(await program.exitCode()).toBe(2);
      expect(program.stderr).toMatch(/named pipe|device|directory|ENOENT|larger than 1024 KiB/);
    },
  );

  it('is refused with its reason where it is a bomb: --config', async () => {
    const config = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(config, yamlBombs['keys in keys'] ?? '');
    const program = startProgram(['serve', '--config', config]);
    expect(await program.exitCode()).toBe(2);
    expect(program.stderr).toContain(`${config}: a key is a text, no list, map or alias at line 1, column 3`);
  });

  it.each(['--tls-cert-file', '--tls-key-file'])('is refused where it is a named pipe: %s', async flag => {
    const directory = temporaryDirectory();
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const files = {
      '--tls-cert-file': join(certs.path, 'tls.crt'),
      '--tls-key-file': join(certs.path, 'tls.key'),
      [flag]: pipe,
    };
    const own = ['--listen=127.0.0.1:0', '--status-listen=127.0.0.1:0', '--tls=files'];
    const program = startProgram(['serve', ...own, ...Object.entries(files).flat()]);
    expect(await program.exitCode()).toBe(1);
    expect(program.stderr).toContain(`"${pipe}" is a named pipe; use a regular file`);
  });
});
