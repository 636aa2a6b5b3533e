/** The image cannot be built without a container engine; what it would run can be run without one. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildCommand, imageProcess } from '../../scripts/dockerfile.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { call } from './webhook-client.ts';
import { projectRoot, WebhookProcess } from './webhook-process.ts';

const { nodeFlags, program, environment, user, ports } = imageProcess();
const context = mkdtempSync(join(tmpdir(), 'sidecar-injector-context-'));
const bundle = join(context, 'dist');
let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;

/** What an engine gets to see: all but these names is left out. */
const seen = readFileSync(join(projectRoot, '.dockerignore'), 'utf8')
  .split('\n')
  .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []));

beforeAll(async () => {
  for (const name of seen) cpSync(join(projectRoot, name), join(context, name), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(context, 'node_modules'));
  const build = spawnSync('sh', ['-c', buildCommand()], {
    cwd: context,
    encoding: 'utf8',
    env: { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
  });
  expect(build.status, build.stderr).toBe(0);
  certs = await makeLocalCertificates();
});
afterAll(() => {
  rmSync(context, { recursive: true });
  certs.remove();
});

const bundledProgram = join(bundle, basename(program));

describe('the program of the image', () => {
  it('is one file, beside its map, the licences in it and the page', () => {
    const name = basename(program);
    expect(readdirSync(bundle).sort()).toEqual(['playground.html', name, `${name}.LEGAL.txt`, `${name}.map`]);
  });

  it('has no character beyond ASCII, for which V8 would keep all of it with two bytes a character', () => {
    expect(readFileSync(bundledProgram, 'latin1')).not.toMatch(/[^\0-\x7f]/);
  });

  it('starts with the flags that the image gives to Node.js', () => {
    const { status, stderr } = spawnSync(process.execPath, [...nodeFlags, bundledProgram, '--help'], {
      encoding: 'utf8',
      cwd: bundle,
      env: { ...process.env, ...environment },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('has Node.js load no client of HTTP to show help', () => {
    const modules =
      "data:text/javascript,process.on('exit',()=>process.stderr.write(process.moduleLoadList.join()))";
    const { stderr } = spawnSync(process.execPath, ['--import', modules, bundledProgram, '--help'], {
      encoding: 'utf8',
    });
    expect(stderr).toContain('NativeModule fs');
    expect(stderr).not.toContain('undici');
  });

  it('answers what the sources answer', async () => {
    const body = reviewOf(annotatedPod);
    const sources = await WebhookProcess.start(certs.path);
    const bundled = await WebhookProcess.startProgram(
      [process.execPath, ...nodeFlags, bundledProgram],
      certs.path,
    );
    const answers = await Promise.all([sources, bundled].map(webhook => call(webhook, { body })));
    expect(answers[1]).toMatchObject({ status: 200, text: answers[0]?.text });
  });
});

describe('the image', () => {
  const manifest = parse(
    readFileSync(join(projectRoot, 'deploy/base/deployment.yaml'), 'utf8'),
  ) as V1Deployment;
  const pod = manifest.spec?.template.spec;

  it('runs as the user of the Deployment', () => {
    expect(user).toBe(`${pod?.securityContext?.runAsUser}:${pod?.securityContext?.runAsGroup}`);
  });

  it('has the ports of the Deployment', () => {
    expect(ports).toEqual(pod?.containers[0]?.ports?.map(({ containerPort }) => containerPort));
  });

  it('is given the version of the package by the Deployment', () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    expect(pod?.containers[0]?.image).toBe(`sidecar-injector:${version}`);
  });
});
