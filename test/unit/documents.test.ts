import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandBlocks, documents } from '../documents.ts';

/** Where the blocks of each kind are run; a block of another kind would be run nowhere. */
const kinds = {
  program: 'test/integration/documents.test.ts',
  local: 'test/integration/documents.test.ts and test/integration/sidecars-document.test.ts',
  cluster: 'test/e2e/documents.test.ts',
  helm: 'test/e2e/chart.test.ts',
  node: 'test/cluster/injector.test.ts',
  engine: 'a container engine',
  'cert-manager': 'test/e2e/documents.test.ts, with the kinds of cert-manager',
};

const contribPages = readdirSync(new URL('../../docs/contrib/', import.meta.url)).map(
  name => `docs/contrib/${name}`,
);

describe('every command block of a document', () => {
  it.each(documents)('says what it needs: %s', document => {
    const blocks = commandBlocks(document);
    expect(blocks.length).toBeGreaterThan(1);
    for (const { needs, commands } of blocks) {
      expect(Object.keys(kinds), commands).toContain(needs[0]);
      expect(['fails', undefined], commands).toContain(needs[1]);
    }
  });
});

describe('the two commands of the README', () => {
  it('are those that the gate runs', () => {
    const gate = readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8');
    const [first] = commandBlocks('README.md').filter(({ needs }) => needs[0] === 'local');
    expect(first?.commands).toBe('npm ci\nnpm start\n');
    expect(gate).toContain('\nnpm ci\n');
    expect(gate).toContain('\nnpm test ');
  });
});

describe('a link of a document', () => {
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/architecture.md',
    'docs/cli.md',
    'docs/checks.md',
    'docs/install.md',
    'docs/install/kustomize.md',
    'docs/install/helm.md',
    'docs/upgrading.md',
    'docs/versions.md',
    'docs/install/certificates.md',
    'docs/gitops.md',
    'docs/monitoring.md',
    'docs/workloads.md',
    'docs/playground.md',
    'docs/namespaces.md',
    'docs/policies.md',
    'docs/annotations.md',
    'docs/reliability.md',
    'docs/scale.md',
    'docs/sidecars.md',
    'docs/contrib.md',
    ...contribPages,
    'docs/patterns.md',
    'docs/controllers.md',
    'docs/operations.md',
    'docs/git-sync.md',
    'docs/neighbours.md',
    'docs/quotas.md',
    'docs/security.md',
    'test/cluster/README.md',
  ])('leads somewhere: %s', document => {
    const base = new URL(`../../${document}`, import.meta.url);
    const links = [...readFileSync(base, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, link = '']) => link,
    );
    for (const link of links.filter(link => !link.endsWith('/'))) {
      expect(() => readFileSync(new URL(link, base)), `${document}: ${link}`).not.toThrow();
    }
  });
});
