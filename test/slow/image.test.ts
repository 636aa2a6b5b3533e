/** The image that a release packs, on a base that is small and has the form of a real one. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { type Descriptor, mediaTypes, OciLayout } from '../../scripts/release/oci-layout.ts';
import { localHosts } from '../../src/cli/local-hosts.ts';
import { ensureLocalCertificate } from '../../src/tls/local-certificate.ts';
import { projectRoot, WebhookProcess } from '../integration/webhook-process.ts';
import { writeImages } from '../oci-images.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-packed-'));
const base = join(directory, 'base');
const outputs = ['first', 'second'].map(name => join(directory, name));
let runs: ReturnType<typeof pack>[];

function pack(...args: readonly string[]) {
  const script = join(projectRoot, 'scripts/release/image.ts');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', timeout: 120_000 });
}

async function writeBase(architectures: readonly string[]): Promise<void> {
  const layout = new OciLayout(base);
  const config = { Env: ['PATH=/usr/bin', 'NODE_ENV=development'], User: '0' };
  const images = architectures.map(architecture => {
    const root = join(directory, 'rootfs', architecture);
    mkdirSync(join(root, 'nodejs/bin'), { recursive: true });
    writeFileSync(join(root, 'nodejs/bin/node'), architecture);
    return { architecture, root, config };
  });
  const manifests = await writeImages(layout, images);
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
  await layout.finish([await layout.write(mediaTypes.index, index)]);
}

async function image(output: string, architecture: string) {
  const layout = new OciLayout(output);
  const [top] = (await layout.index()).manifests;
  const { manifests } = await layout.json<{ manifests: Descriptor[] }>(top as Descriptor);
  const found = manifests.find(({ platform }) => platform?.architecture === architecture);
  const manifest = await layout.json<{ config: Descriptor; layers: Descriptor[] }>(found as Descriptor);
  const configuration = await layout.json<Record<string, Record<string, unknown>>>(manifest.config);
  return { ...manifest, configuration };
}

beforeAll(async () => {
  await writeBase(['amd64', 'arm64']);
  runs = outputs.map(output => pack('--base', base, '--output', output));
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the packed image', () => {
  it('has the same digest when it is built twice', () => {
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ]);
    expect(runs[0]?.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(runs[0]?.stdout).toBe(runs[1]?.stdout);
  });

  it.each(['amd64', 'arm64'])('is for %s what the Dockerfile says', async architecture => {
    const { configuration, layers } = await image(outputs[0] ?? '', architecture);
    const { nodePath, nodeFlags, program, user } = imageProcess();
    expect(configuration).toMatchObject({ architecture, os: 'linux' });
    expect(configuration['config']).toMatchObject({
      User: user,
      WorkingDir: '/app',
      Env: ['PATH=/usr/bin', 'NODE_ENV=production', 'MALLOC_ARENA_MAX=1'],
      Entrypoint: [nodePath, ...nodeFlags, program],
      Cmd: ['serve'],
    });
    expect(layers).toHaveLength(2);
    expect(configuration['rootfs']?.['diff_ids']).toHaveLength(2);
  });

  it('has a program that runs with nothing else at hand, its source map, and the page that it serves', async () => {
    const { layers } = await image(outputs[0] ?? '', 'amd64');
    const blob = join(outputs[0] ?? '', 'blobs/sha256', layers[1]?.digest.slice('sha256:'.length) ?? '');
    const rootfs = join(directory, 'unpacked');
    mkdirSync(rootfs);
    expect(spawnSync('tar', ['--extract', '--gzip', '--file', blob, '--directory', rootfs]).status).toBe(0);
    const program = join(rootfs, imageProcess().program);
    const flags = imageProcess().nodeFlags;
    const validated = spawnSync(process.execPath, [
      ...flags,
      program,
      'validate',
      join(rootfs, 'app/sidecars'),
    ]);
    expect(validated.stderr.toString()).toBe('');
    expect(validated.status).toBe(0);
    expect(JSON.parse(readFileSync(`${program}.map`, 'utf8')).sources).toContain('../src/main.ts');

    const certs = temporaryDirectory();
    await ensureLocalCertificate({ directory: certs, hosts: localHosts, now: () => new Date() });
    const definitions = ['--sidecars', join(rootfs, 'app/sidecars')];
    const webhook = await WebhookProcess.startProgram(
      [process.execPath, ...flags, program],
      certs,
      ...definitions,
    );
    expect(await webhook.status('/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"isLive":true'),
    });
  });
});

describe('the packer refuses', () => {
  it('a base without one of the platforms, by name', async () => {
    const { status, stderr } = pack(
      '--base',
      base,
      '--output',
      join(directory, 'x'),
      '--platforms',
      'linux/s390x',
    );
    expect(stderr).toContain('has no image for linux/s390x: it has linux/amd64, linux/arm64');
    expect(status).toBe(1);
  });

  it('a directory that is no layout, and leaves it as it is', () => {
    const other = join(directory, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'kept'), '');
    const { status, stderr } = pack('--base', base, '--output', other);
    expect(stderr).toContain('is no OCI layout, so it is not replaced');
    expect(status).toBe(1);
    expect(readdirSync(other)).toEqual(['kept']);
  });

  it('a base that is named without a digest', () => {
    const { status, stderr } = pack(
      '--base',
      'registry.example.com/node:24',
      '--output',
      join(directory, 'x'),
    );
    expect(stderr).toContain('neither a directory with an OCI layout nor a name with @sha256:');
    expect(status).toBe(1);
  });

  it('a layer that is not what its digest says', async () => {
    const broken = join(directory, 'broken');
    cpSync(base, broken, { recursive: true });
    const [top] = (await new OciLayout(base).index()).manifests;
    const { manifests } = await new OciLayout(base).json<{ manifests: Descriptor[] }>(top as Descriptor);
    const { layers } = await new OciLayout(base).json<{ layers: Descriptor[] }>(manifests[0] as Descriptor);
    const { digest = '', size = 0 } = layers[0] ?? {};
    writeFileSync(join(broken, 'blobs/sha256', digest.slice('sha256:'.length)), Buffer.alloc(size));
    const { status, stderr } = pack('--base', broken, '--output', join(directory, 'x'));
    expect(stderr).toContain('its content has the digest');
    expect(status).toBe(1);
  });
});
