import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  kubectls,
  type Manifest,
  overlayDirectory,
  overlays,
  renderedManifests,
} from '../rendered-manifests.ts';
import { nameOf, namespaceOf, takeAway } from './applied-overlay.ts';
import { installCustomResourceDefinitions } from './custom-resources.ts';
import { projectDirectory } from './installation.ts';
import { describeWithApiServer, describeWithControllers, kubectl, kubectlJson, reinstall } from './suite.ts';

describeWithApiServer.each([...overlays, 'policy'] as const)('deploy/overlays/%s', overlay => {
  const directory = overlayDirectory(overlay);

  beforeAll(() => installCustomResourceDefinitions(kubectl));
  afterAll(() => takeAway(overlay));

  it('is the same with every kubectl of this machine', () => {
    for (const other of kubectls())
      expect(renderedManifests(overlay, other), other).toEqual(renderedManifests(overlay));
  });

  it('would be accepted as it is, field by field', async () => {
    await kubectl(['apply', '--dry-run=server', '--validate=strict', '--kustomize', directory]);
  });

  it('once applied shows no difference, and is applied again without a change', async () => {
    await kubectl(['apply', '--kustomize', directory]);
    expect((await kubectl(['diff', '--kustomize', directory])).stdout).toBe('');
    const { stdout } = await kubectl(['apply', '--kustomize', directory]);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(renderedManifests(overlay).length);
    // The selector of a PodDisruptionBudget is replaced as a whole, which kubectl always takes for a change.
    const changed = lines.filter(line => !line.endsWith(' unchanged') && !line.startsWith('poddisruption'));
    expect(changed).toEqual([]);
  });

  // To take over what the client applied kubectl writes each object three times, and the API server compiles long policies anew
  // each time: that takes minutes.
  it.skipIf(overlay === 'policy')('once applied on the server shows no difference', async () => {
    await kubectl(['apply', '--server-side', '--kustomize', directory]);
    expect((await kubectl(['diff', '--server-side', '--kustomize', directory])).stdout).toBe('');
  });

  it('says everything that the API server would add', async () => {
    const unsaid = renderedManifests(overlay).map(async manifest => {
      const stored = await kubectlJson<Manifest>([...namespaceOf(manifest), 'get', nameOf(manifest)]);
      return pathsUnsaid(stored, manifest)
        .filter(path => !isOfTheServer(manifest, path))
        .map(path => `${nameOf(manifest)} ${path}`);
    });
    expect((await Promise.all(unsaid)).flat()).toEqual([]);
  });
});

describeWithControllers('deploy/install.yaml', () => {
  const file = join(projectDirectory, 'deploy/install.yaml');
  afterAll(reinstall);

  it('is the whole installation, in one go where nothing was before', async () => {
    await kubectl(['delete', '--filename', file, '--timeout=60s']);
    const { stdout, stderr } = await kubectl(['apply', '--filename', file]);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(renderedManifests('default').length);
    expect(lines.filter(line => !line.endsWith(' created'))).toEqual([]);
  });

  it('is what the overlay default says', async () => {
    expect((await kubectl(['diff', '--kustomize', overlayDirectory('default')])).stdout).toBe('');
  });
});

/** The paths of the values that an object has and its manifest does not say, or says otherwise. */
function pathsUnsaid(stored: unknown, said: unknown, path = ''): readonly string[] {
  const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  if (entries.length === 0) return isDeepStrictEqual(stored, said) ? [] : [path];
  const fields = (said ?? {}) as Readonly<Record<string, unknown>>;
  return entries.flatMap(([key, value]) => pathsUnsaid(value, fields[key], `${path}/${key}`));
}

/** What no manifest can say: bookkeeping, what is different in every cluster, and who writes it later. */
function isOfTheServer({ kind }: Manifest, path: string): boolean {
  return [...ofEveryKind, ...(ofKind[kind] ?? [])].some(
    known => path === known || path.startsWith(`${known}/`),
  );
}

const ofEveryKind = [
  '/metadata/uid',
  '/metadata/resourceVersion',
  '/metadata/creationTimestamp',
  '/metadata/generation',
  '/metadata/managedFields',
  '/metadata/annotations/kubectl.kubernetes.io/last-applied-configuration',
  '/status',
];

const ofKind: Readonly<Record<string, readonly string[]>> = {
  Namespace: ['/spec'],
  Service: ['/spec/clusterIP', '/spec/clusterIPs', '/spec/ipFamilies'],
  Deployment: [
    '/metadata/annotations/deployment.kubernetes.io/revision',
    // The old name of serviceAccountName.
    '/spec/template/spec/serviceAccount',
    // Always empty; newer versions leave it out.
    '/spec/template/metadata/creationTimestamp',
  ],
  Secret: ['/data'],
  MutatingWebhookConfiguration: [0, 1, 2, 3, 4].map(index => `/webhooks/${index}/clientConfig/caBundle`),
};
