/**
 * The rules of krew for a plugin's manifest, as its own validation has them:
 * https://github.com/kubernetes-sigs/krew/blob/master/internal/index/validation/validate.go
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { krewManifest } from '../../../scripts/krew-manifest.ts';

const archive = Buffer.from('an archive');
const release = {
  archive,
  uri: 'https://example.com/sidecar-injector-0.1.0.tgz',
  homepage: 'https://example.com/sidecar-injector',
};
const manifest = parse(krewManifest(release));
const [platform, ...others] = manifest.spec.platforms;

describe('the manifest for krew', () => {
  it('has the fields that krew knows, and all of them that it requires', () => {
    expect(Object.keys(manifest)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(manifest).toMatchObject({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'sidecar-injector' },
    });
    expect(Object.keys(manifest.spec)).toEqual([
      'version',
      'homepage',
      'shortDescription',
      'description',
      'caveats',
      'platforms',
    ]);
    expect(Object.keys(platform)).toEqual(['selector', 'uri', 'sha256', 'files', 'bin']);
    expect(others).toEqual([]);
  });

  it('has a name that is safe, and that kubectl makes of the name of the program', () => {
    const { bin } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(manifest.metadata.name).toMatch(/^[\w-]+$/);
    expect(Object.keys(bin)).toContain(`kubectl-${manifest.metadata.name.replaceAll('-', '_')}`);
  });

  it('has the version of the package, as krew writes versions', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(manifest.spec.version).toBe(`v${version}`);
    expect(manifest.spec.version).toMatch(/^v\d+\.\d+\.\d+(?:-[\da-z.-]+)?$/);
  });

  it('describes itself in one line of at most 50 characters, without the words that all plugins share', () => {
    expect(manifest.spec.shortDescription.length).toBeLessThanOrEqual(50);
    expect(manifest.spec.shortDescription).not.toMatch(/\n|\.$|kubectl|kubernetes|plugin/i);
    for (const line of manifest.spec.description.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('names the archive by its address and its digest', () => {
    expect(platform.uri).toBe(release.uri);
    expect(platform.sha256).toBe(createHash('sha256').update(archive).digest('hex'));
    expect(platform.sha256).toMatch(/^[a-f0-9]{64}$/);
  });

  it('runs where people run kubectl, each system once', () => {
    expect(platform.selector).toEqual({
      matchExpressions: [{ key: 'os', operator: 'In', values: ['darwin', 'linux'] }],
    });
  });

  it('names a program of the package, in a folder of its own', () => {
    expect(platform.files).toEqual([{ from: 'package/*', to: '.' }]);
    expect(platform.bin).not.toMatch(/^\/|\.\./);
  });

  it('says what it needs', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(manifest.spec.caveats).toContain(`Node.js ${engines.node.replace('>=', '')} or later`);
  });

  it('has no address of its own before there is a release', () => {
    const template = readFileSync(
      new URL('../../../deploy/krew/sidecar-injector.yaml', import.meta.url),
      'utf8',
    );
    const { spec } = parse(template);
    expect([spec.version, spec.homepage, spec.platforms[0].uri, spec.platforms[0].sha256]).toEqual([
      '{version}',
      '{homepage}',
      '{uri}',
      '{sha256}',
    ]);
  });
});
