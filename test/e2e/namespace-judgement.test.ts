/** What is told at the write of a Namespace, and what is refused there. */
import { beforeAll, expect, it } from 'vitest';
import { enabled } from './labelled-namespace.ts';
import { podOf } from './pod-manifests.ts';
import { describeWithApiServer, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const statsd = 'sidecar.io/statsd-exporter=true';
const misspelt = { 'sidecar.io/statsd-exportr': 'true' };
const unknown =
  'annotation sidecar.io/statsd-exportr: no sidecar "statsd-exportr"; did you mean "statsd-exporter"?';

const write = (command: string) => kubectl(command).then(({ stderr }) => stderr);
const label = (namespace: TestNamespace, text: string) =>
  write(`label --overwrite namespace ${namespace.name} ${text}`);
const annotate = (namespace: TestNamespace, text: string) =>
  write(`annotate --overwrite namespace ${namespace.name} ${text}`);
const refusal = (writing: Promise<string>) =>
  writing.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: Error) => error.message,
  );
const restart = ({ name }: TestNamespace) => `kubectl rollout restart deployment -n ${name}`;

describeWithApiServer('whoever writes a Namespace', () => {
  let stored: TestNamespace;
  beforeAll(async () => {
    // Before anybody is asked: the entry for Namespaces says Ignore.
    stored = await createNamespace(enabled, misspelt);
  });
  useWebhook();

  it('is told what is missing, and then what new pods get, and they get it', async () => {
    const namespace = await createNamespace();
    expect(await annotate(namespace, statsd)).toBe(
      `Warning: annotations of a namespace count with its label only: kubectl label namespace ${namespace.name} sidecar.io/inject=enabled\n`,
    );
    expect(await label(namespace, 'sidecar.io/inject=enabled')).toBe(
      `Warning: new pods in ${namespace.name} will get statsd-exporter; those that run keep as they are\nWarning: ${restart(namespace)}\n`,
    );
    await eventually(async () => {
      const { pod } = await namespace.createPod(podOf('probe'), '--dry-run=server');
      const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
      expect(containers.map(({ name }) => name)).toContain('statsd-exporter');
    });
  });

  it('is told of a label without an annotation', async () => {
    const namespace = await createNamespace();
    expect(await label(namespace, 'sidecar.io/inject=enabled')).toBe(
      `Warning: no annotation asks for a sidecar yet: kubectl annotate namespace ${namespace.name} sidecar.io/<name>=true\n`,
    );
    expect(await annotate(namespace, 'sidecar.io/statsd-exporter.cache-size=10')).toBe('');
    expect(await annotate(namespace, statsd)).toContain('will get statsd-exporter');
    expect(await annotate(namespace, 'sidecar.io/statsd-exporter.cache-size=20')).toContain(
      `will get statsd-exporter as it is asked for now`,
    );
    expect(await annotate(namespace, 'sidecar.io/statsd-exporter=false')).toContain(
      'will no longer get statsd-exporter',
    );
  });

  it('is told of both in one manifest, without a word about pods that run', async () => {
    const metadata = {
      name: 'e2e-manifest',
      labels: enabled,
      annotations: { 'sidecar.io/statsd-exporter': 'true' },
    };
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const { stderr } = await kubectl('create --dry-run=server -f -', manifest);
    expect(stderr).toBe('Warning: new pods in e2e-manifest will get statsd-exporter\n');
  });

  it('is told that kube-system is left out', async () => {
    const said =
      'Warning: kube-system is always left out: its label and annotations of sidecar.io/ have no effect\n';
    expect(await write('label --dry-run=server namespace kube-system sidecar.io/inject=enabled')).toBe(said);
    expect(await write('annotate --dry-run=server namespace kube-system sidecar.io/what=ever')).toBe(said);
  });

  it.each([
    ['an unknown sidecar', 'sidecar.io/statsd-exportr=true', unknown],
    ['a wrong value', 'sidecar.io/statsd-exporter=yes', 'got "yes"; use true or false (invalid-value)'],
    [
      'a wrong default',
      'sidecar.io/statsd-exporter.port=0',
      'annotation sidecar.io/statsd-exporter.port: got "0"; use a port number from 1 to 65535 (invalid-value)',
    ],
    [
      'a required parameter that is missing',
      'sidecar.io/tls-proxy=8443:8080',
      'annotation sidecar.io/tls-proxy.secret is missing',
    ],
    [
      'the label as an annotation',
      'sidecar.io/inject=enabled',
      'got "enabled"; use "true" or "false", or set the label sidecar.io/inject=enabled (invalid-inject)',
    ],
  ])('is refused %s, with and without the label', async (_title, annotation, message) => {
    for (const labels of [{}, enabled]) {
      const namespace = await createNamespace(labels);
      const said = await refusal(annotate(namespace, annotation));
      expect(said).toContain('admission webhook "namespaces.sidecar.io" denied the request: ');
      expect(said).toContain(message);
    }
  });

  it('is told of a label that is neither enabled nor disabled', async () => {
    const namespace = await createNamespace();
    expect(await label(namespace, 'sidecar.io/inject=true')).toContain(
      'Warning: label sidecar.io/inject: got "true"; use enabled or disabled',
    );
  });

  it('is refused only what the write changes, and told of the rest', async () => {
    const said = await annotate(stored, statsd);
    expect(said).toContain(
      'Warning: new pods are refused: annotation sidecar.io/statsd-exportr: no sidecar "statsd-exportr"',
    );
    expect(await refusal(annotate(stored, 'sidecar.io/statsd-exporter=yes'))).not.toContain('exportr:');
    expect(await annotate(stored, 'sidecar.io/statsd-exportr-')).toBe('');
    expect(await annotate(stored, 'sidecar.io/statsd-exporter.cache-size=10')).not.toContain('refused');
  });

  it('is refused the label where what is stored would have pods refused', async () => {
    const namespace = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    expect(await annotate(namespace, 'sidecar.io/statsd-exportr=true')).toBe(
      'Warning: annotations of a namespace that is labelled disabled have no effect\n',
    );
    expect(await refusal(label(namespace, 'sidecar.io/inject=enabled'))).toContain(unknown);
  });

  it('hears nothing on the way out, nor where nothing of ours changes', async () => {
    expect(await label(stored, 'team=shop')).toBe('');
    expect(await annotate(stored, 'example.com/a=b')).toBe('');
    for (const way of ['sidecar.io/inject=disabled', 'sidecar.io/inject-']) {
      const namespace = await createNamespace(enabled, { 'sidecar.io/statsd-exporter': 'true' });
      expect(await label(namespace, way)).toBe('');
    }
    const namespace = await createNamespace(enabled, { 'sidecar.io/statsd-exporter': 'true' });
    expect(await annotate(namespace, 'sidecar.io/statsd-exporter-')).toBe('');
    await kubectl(`delete namespace ${namespace.name} --wait=false`);
  });
});
