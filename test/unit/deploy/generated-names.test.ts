import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { blocksOf } from '../../documents.ts';
import { kubectls, type Manifest } from '../../rendered-manifests.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const files = blocksOf('docs/workloads.md').flatMap(block => ('file' in block ? [block] : []));

/** What the kustomization of docs/workloads.md generates, by the parameter that names it. */
const generated = { secret: 'site-key', 'known-hosts': 'site-hosts', ca: 'company-ca', sparse: 'patterns' };

const annotations = Object.fromEntries(
  Object.entries(generated).map(([parameter, name]) => [`sidecar.io/git-sync.${parameter}`, name]),
);

// The kubectl of the PATH, and the oldest beside it.
describe('the kustomization of docs/workloads.md', () => {
  it.each(kubectls().slice(0, 2))(
    'takes the generated names into the annotations of object and template: %s',
    kubectl => {
      const { metadata, spec } = deploymentOf(render(kubectl));
      for (const { annotations } of [metadata, spec.template.metadata])
        for (const [parameter, name] of Object.entries(generated))
          expect(annotations?.[`sidecar.io/git-sync.${parameter}`]).toMatch(
            new RegExp(`^shop-${name}-[a-z0-9]{10}$`),
          );
    },
  );

  it('is about every parameter of git-sync that names a Secret or a ConfigMap', () => {
    const definition = parse(
      readFileSync(new URL('../../../sidecars/git-sync.yaml', import.meta.url), 'utf8'),
    );
    const parameters: Readonly<Record<string, { readonly type: string }>> = definition.spec.parameters;
    const naming = Object.entries(parameters).filter(([, { type }]) => /^(secret|config-map)$/.test(type));
    expect(naming.map(([name]) => name).toSorted()).toEqual(Object.keys(generated).toSorted());
  });
});

interface Deployment extends Manifest {
  readonly spec: { readonly template: { readonly metadata: Manifest['metadata'] } };
}

/** Renders the files of the page, with those that they name. */
function render(kubectl: string): readonly Manifest[] {
  const directory = temporaryDirectory();
  for (const { file, content } of files) writeFileSync(join(directory, file), content);
  for (const file of ['ssh-privatekey', 'known_hosts', 'ca.crt', 'sparse-checkout'])
    writeFileSync(join(directory, file), 'example\n');
  writeFileSync(join(directory, 'deployment.yaml'), stringify(deployment));
  const output = execFileSync(kubectl, ['kustomize', directory], { encoding: 'utf8' });
  return parseAllDocuments(output).map(document => document.toJS() as Manifest);
}

function deploymentOf(manifests: readonly Manifest[]): Deployment {
  return manifests.find(({ kind }) => kind === 'Deployment') as Deployment;
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' }, annotations },
      spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] },
    },
  },
};
