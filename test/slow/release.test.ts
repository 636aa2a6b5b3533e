/**
 * The steps of the release, as the workflow has them and in its order, against a registry on this machine. What would reach the
 * world is recorded: the command lines of cosign, gh and "npm publish".
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { notesOf } from '../../scripts/release/notes.ts';
import { OciLayout } from '../../scripts/release/oci-layout.ts';
import { tool } from '../../scripts/tools/tool.ts';
import { projectRoot } from '../integration/webhook-process.ts';
import { writeImages } from '../oci-images.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const workflow = (name: string) => join(projectRoot, '.github/workflows', name);
const { jobs } = parse(readFileSync(workflow('release.yaml'), 'utf8'));
const steps: readonly Step[] = jobs.release.steps.filter(({ run }: Step) => run !== undefined);
const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
const names = JSON.parse(readFileSync(join(projectRoot, 'release.json'), 'utf8'));

const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-release-'));
const checkout = join(directory, 'checkout');
/** The default: what a build does to it counts too. */
const output = join(checkout, 'release');
const made = (file: string) => readFileSync(join(output, file), 'utf8');
const recorded = () => readFileSync(join(directory, 'recorded'), 'utf8').trim().split('\n');
let registry: { readonly address: string; readonly process: ChildProcess };
let environment: NodeJS.ProcessEnv;

/** The checkout of a maintainer who has given the changes the heading of the version. */
function checkOut(): void {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', listed, { cwd: projectRoot, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
  for (const file of files.filter(name => existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(checkout, file));
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'));
  const changelog = join(checkout, 'CHANGELOG.md');
  const text = readFileSync(changelog, 'utf8').replace('## Unreleased', `## ${version} (2026-01-31)`);
  writeFileSync(changelog, text);
}

/** A base of two platforms; the program is not run here. */
async function writeBase(): Promise<string> {
  const layout = new OciLayout(join(directory, 'base'));
  const rootfs = join(directory, 'rootfs');
  const { nodePath } = imageProcess();
  mkdirSync(join(rootfs, dirname(nodePath)), { recursive: true });
  writeFileSync(join(rootfs, nodePath), 'node');
  const images = ['amd64', 'arm64'].map(architecture => ({ architecture, root: rootfs }));
  await layout.finish(await writeImages(layout, images));
  return layout.directory;
}

async function serveRegistry(): Promise<typeof registry> {
  const args = ['registry', 'serve', '--address', '127.0.0.1:0'];
  const process = spawn(tool('crane'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const address = await new Promise<string>((resolve, reject) => {
    let told = '';
    const timer = setTimeout(() => reject(new Error(`no registry within 20 s: ${told}`)), 20_000);
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('data', chunk => {
        told += chunk;
        const port = /serving on port (\d+)|127\.0\.0\.1:(\d+)/.exec(told);
        if (port === null) return;
        clearTimeout(timer);
        resolve(`127.0.0.1:${port[1] ?? port[2]}`);
      });
    }
  });
  return { address, process };
}

/** Programs that write down how they were called. npm is itself but for what it would publish. */
function writeRecorders(): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  const record = (name: string) =>
    `printf '%s ' ${name} "$@" >> "${directory}/recorded"; echo >> "${directory}/recorded"`;
  const scripts = {
    cosign: record('cosign'),
    gh: record('gh'),
    npm: `if [ "$1" = publish ]; then ${record('npm')}; else exec "${npm}" "$@"; fi`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of ['crane', 'helm'] as const) symlinkSync(tool(name), join(bin, name));
  return bin;
}

function play(step: Step) {
  return spawnSync('bash', ['-e', '-c', step.run ?? ''], {
    cwd: checkout,
    encoding: 'utf8',
    env: environment,
    timeout: 120_000,
  });
}

const stepsPlayed = steps.filter(({ name }) => name !== 'Get packages and tools');
const results = new Map<string, ReturnType<typeof play>>();

beforeAll(async () => {
  checkOut();
  registry = await serveRegistry();
  environment = {
    ...process.env,
    PATH: [writeRecorders(), dirname(process.execPath), process.env['PATH']].join(':'),
    HOME: directory,
    RELEASE_BASE: await writeBase(),
    RELEASE_REGISTRY: registry.address,
    REGISTRY_USER: 'robot',
    REGISTRY_PASSWORD: 'not-a-password',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: `${names.owner}/sidecar-injector`,
    GITHUB_REF: `refs/tags/v${version}`,
    GITHUB_REF_NAME: `v${version}`,
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_WORKFLOW_REF: `${names.owner}/sidecar-injector/.github/workflows/release.yaml@refs/tags/v${version}`,
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '1',
  };
  for (const step of stepsPlayed) {
    const result = play(step);
    results.set(step.name ?? '', result);
    if (result.status !== 0) break;
  }
}, 600_000);
afterAll(() => {
  registry?.process.kill();
  rmSync(directory, { recursive: true, force: true });
});

const crane = (...args: readonly string[]) =>
  execFileSync(tool('crane'), args, { encoding: 'utf8', timeout: 60_000 });
const imageName = () => `${registry.address}/${names.owner}/sidecar-injector`;

describe('the workflow of a release', () => {
  it.each(['ci.yaml', 'release.yaml'])('%s is one that GitHub takes', name => {
    const { status, stdout } = spawnSync(tool('actionlint'), ['-no-color', workflow(name)], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('runs the gate first, and pins every action by its commit', () => {
    expect(jobs.release.needs).toBe('gate');
    expect(jobs.gate.steps.at(-1).run).toBe('.ci/run');
    for (const name of ['ci.yaml', 'release.yaml']) {
      for (const [, action] of readFileSync(workflow(name), 'utf8').matchAll(/uses: (.*)/g)) {
        expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d/);
      }
    }
  });

  it.each(stepsPlayed.map(({ name }) => name ?? ''))('comes through the step "%s"', name => {
    const { status, stderr } = results.get(name) ?? { status: 'never came to it', stderr: '' };
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('names registry, owner and package in release.json and nowhere else', () => {
    const scripts = ['image', 'push-image', 'chart', 'sign', 'publish', 'package', 'release'];
    const texts = scripts.map(name => readFileSync(join(projectRoot, `scripts/release/${name}.ts`), 'utf8'));
    for (const text of [...texts, readFileSync(workflow('release.yaml'), 'utf8')]) {
      for (const fact of [names.registry, names.package, `${names.owner}/`]) expect(text).not.toContain(fact);
    }
  });
});

function deploymentImage(manifests: string): unknown {
  const objects = parseAllDocuments(manifests).map(document => document.toJS());
  return objects.find(object => object?.kind === 'Deployment')?.spec.template.spec.containers[0].image;
}

describe('what a release leaves', () => {
  it('is an image for both platforms, by the digest that was packed and by the version', () => {
    const digest = crane('digest', `${imageName()}:${version}`).trim();
    expect(results.get('Pack the image')?.stdout.trim()).toBe(digest);
    const { manifests } = JSON.parse(crane('manifest', `${imageName()}@${digest}`));
    expect(
      manifests.map((each: { platform: { architecture: string } }) => each.platform.architecture),
    ).toEqual(['amd64', 'arm64']);
    crane('validate', '--remote', `${imageName()}@${digest}`);
    const pulled = join(directory, 'pulled');
    crane('pull', '--format=oci', `${imageName()}@${digest}`, pulled);
    expect(JSON.parse(readFileSync(join(pulled, 'index.json'), 'utf8')).manifests[0].digest).toBe(digest);
  });

  it('is a chart that names this image', () => {
    const archive = join(output, `sidecar-injector-${version}.tgz`);
    const rendered = execFileSync(tool('helm'), ['template', 'injector', archive], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const digest = crane('digest', `${imageName()}:${version}`).trim();
    expect(deploymentImage(rendered)).toBe(`${imageName()}@${digest}`);
    const chart = `${registry.address}/${names.owner}/charts/sidecar-injector`;
    expect(crane('digest', `${chart}:${version}`)).toBe(made('chart.digest'));
  });

  it('is an install.yaml that names this image, and is otherwise the one here', () => {
    const digest = crane('digest', `${imageName()}:${version}`).trim();
    expect(deploymentImage(made('install.yaml'))).toBe(`${imageName()}@${digest}`);
    const here = readFileSync(join(projectRoot, 'deploy/install.yaml'), 'utf8');
    const back = made('install.yaml').replace(`${imageName()}@${digest}`, `sidecar-injector:${version}`);
    expect(back).toBe(here);
  });

  it('is signed and attested before it has a tag, then told to GitHub and published', () => {
    const digest = crane('digest', `${imageName()}:${version}`).trim();
    const [image, chart] = [
      `${imageName()}@${digest}`,
      `${registry.address}/${names.owner}/charts/sidecar-injector@${made('chart.digest').trim()}`,
    ];
    const file = (name: string) => join(output, name);
    const archive = file(made('package.txt').trim());
    const files = [
      'install.yaml',
      `sidecar-injector-${version}.tgz`,
      'sbom.cdx.json',
      'provenance.json',
      'krew.yaml',
    ];
    const release = `gh release create v${version} --verify-tag --title v${version} --notes-file ${file('notes.md')}`;
    expect(recorded().map(line => line.trim())).toEqual([
      `cosign sign --yes --recursive ${image}`,
      `cosign sign --yes --recursive ${chart}`,
      `cosign attest --yes --type cyclonedx --predicate ${file('sbom.cdx.json')} ${image}`,
      `cosign attest --yes --type slsaprovenance1 --predicate ${file('provenance.json')} ${image}`,
      `cosign attest --yes --type slsaprovenance1 --predicate ${file('provenance.json')} ${chart}`,
      `${release} ${files.map(file).join(' ')} ${archive}`,
      `npm publish ${archive} --provenance --access public --tag latest`,
    ]);
    const order = stepsPlayed.map(({ name }) => name);
    expect(order.indexOf('Sign')).toBeLessThan(order.indexOf('Tag the image'));
  });

  it('is a list of what is in the bundle and in the page, and of nothing that only developers need', () => {
    const { components, metadata, specVersion } = JSON.parse(made('sbom.cdx.json'));
    const found: readonly string[] = components.map(({ name }: { name: string }) => name);
    expect(found).toEqual(expect.arrayContaining(['express', 'pino', 'yaml', '@kubernetes/client-node']));
    // Of the page.
    expect(found).toEqual(expect.arrayContaining(['@codemirror/view', '@noble/hashes', '@lezer/yaml']));
    for (const tool of [
      'vitest',
      '@biomejs/biome',
      'esbuild',
      'typescript',
      'undici',
      'playwright-core',
      'axe-core',
    ])
      expect(found).not.toContain(tool);
    expect({ specVersion, name: metadata.component.name }).toEqual({
      specVersion: '1.5',
      name: names.package,
    });
  });

  it('is a provenance that names commit, base and workflow', () => {
    const { buildDefinition, runDetails } = JSON.parse(made('provenance.json'));
    expect(buildDefinition.externalParameters.workflow).toEqual({
      ref: `refs/tags/v${version}`,
      repository: `https://github.com/${names.owner}/sidecar-injector`,
      path: '.github/workflows/release.yaml',
    });
    const [commit, base] = buildDefinition.resolvedDependencies;
    expect(commit.digest.gitCommit).toBe('a'.repeat(40));
    expect(base.uri).toContain('@sha256:');
    expect(runDetails.metadata.invocationId).toContain('/actions/runs/7/attempts/1');
  });

  it('is a package of the scoped name, which runs', () => {
    const home = join(directory, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{}');
    const archive = join(output, made('package.txt').trim());
    const cache = join(directory, 'cache');
    execFileSync('npm', ['install', '--offline', '--cache', cache, archive], { cwd: home, stdio: 'ignore' });
    const manifest = JSON.parse(
      readFileSync(join(home, 'node_modules', names.package, 'package.json'), 'utf8'),
    );
    expect(manifest).toMatchObject({ name: names.package, version });
    for (const key of ['private', 'scripts', 'devDependencies']) expect(manifest).not.toHaveProperty(key);
    const help = spawnSync(join(home, 'node_modules/.bin/sidecar-injector'), ['--help'], {
      encoding: 'utf8',
    });
    expect({ status: help.status, stderr: help.stderr }).toEqual({ status: 0, stderr: '' });
    expect(made('krew.yaml')).toContain(`/releases/download/v${version}/${made('package.txt').trim()}`);
  });

  it('has the notes of the changelog', () => {
    const changelog = readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8');
    expect(made('notes.md')).toBe(`${notesOf(changelog, version)}\n`);
    expect(
      notesOf('# Changelog\n\n## Unreleased\n\n- b\n\n## 1.0.0 (today)\n\n- a\n\n## 0.9.0\n', '1.0.0'),
    ).toBe('- a');
    expect(notesOf('## 1.0.0-rc.1\n\n- a\n', '1.0.0')).toBeUndefined();
    expect(notesOf('## 1.0.0\n\n## 0.9.0\n- a\n', '1.0.0')).toBeUndefined();
  });
});

describe('a release that is not ready', () => {
  const script = (name: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [join(projectRoot, 'scripts/release', name), ...args], {
      encoding: 'utf8',
      env: { ...process.env, RELEASE_DIRECTORY: join(directory, 'refused') },
    });

  it.each([`v${version}1`, version, 'latest'])('is refused with the tag %s', tag => {
    const { status, stderr } = script('check-version.ts', tag);
    expect(status).toBe(1);
    expect(stderr).toContain(`package.json says ${version}, so the tag must be v${version}: `);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is refused without notes', () => {
    const { status, stderr } = script('notes.ts');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `CHANGELOG.md has nothing below a heading "## ${version}": give the changes since the last release that heading\n`,
    });
  });

  it('has no provenance outside a workflow', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(projectRoot, 'scripts/release/provenance.ts')],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], RELEASE_DIRECTORY: join(directory, 'refused') },
      },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^GITHUB_SERVER_URL, .* must be set, as GitHub Actions does\n$/);
  });
});
