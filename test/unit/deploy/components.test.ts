import { readFileSync } from 'node:fs';
import type {
  V1DeploymentSpec,
  V1MutatingWebhook,
  V1NetworkPolicySpec,
  V1PodSpec,
  V1ServiceSpec,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { type Manifest, manifestOf, type Overlay, renderedManifests } from '../../rendered-manifests.ts';

const describeRendered = describe.skipIf(!hasKubectl());

const podOf = (manifests: readonly Manifest[]) =>
  manifestOf<{ spec: V1DeploymentSpec }>(manifests, 'Deployment').spec.template.spec as V1PodSpec;

describeRendered('the overlay cert-manager (skipped where there is no kubectl)', () => {
  const manifests = renderedUnless('cert-manager');
  const certificate = (name: string) =>
    manifestOf<{ spec: Readonly<Record<string, unknown>> }>(manifests, 'Certificate', name).spec;

  it('has a certificate for the name that the API server asks for', () => {
    expect(certificate('sidecar-injector')['dnsNames']).toEqual(
      expect.arrayContaining(['sidecar-injector.sidecar-injector.svc']),
    );
    expect(certificate('sidecar-injector')['usages']).toContain('server auth');
  });

  it('has it signed by an authority of its own, whose key stays when it is renewed', () => {
    const authority = certificate('sidecar-injector-authority');
    expect(authority).toMatchObject({ isCA: true, privateKey: { rotationPolicy: 'Never' } });
    const issuer = manifestOf(manifests, 'Issuer', 'sidecar-injector-authority');
    expect(issuer).toMatchObject({ spec: { ca: { secretName: authority['secretName'] } } });
    expect(certificate('sidecar-injector')['issuerRef']).toMatchObject({ name: issuer.metadata.name });
    expect(authority['issuerRef']).toMatchObject({
      name: manifestOf(manifests, 'Issuer', 'sidecar-injector-self-signed').metadata.name,
    });
  });

  it('has cert-manager write the authority of that certificate into the webhook configuration', () => {
    const { metadata } = manifestOf(manifests, 'MutatingWebhookConfiguration');
    const { metadata: of } = manifestOf(manifests, 'Certificate', 'sidecar-injector');
    expect(metadata.annotations).toEqual({
      'cert-manager.io/inject-ca-from': `${of.namespace}/${of.name}`,
    });
    const { webhooks } = manifestOf<{ webhooks: readonly V1MutatingWebhook[] }>(
      manifests,
      'MutatingWebhookConfiguration',
    );
    for (const { clientConfig } of webhooks) expect(clientConfig).not.toHaveProperty('caBundle');
  });

  it('mounts the certificate where the flags of the program say', () => {
    const { containers, volumes } = podOf(manifests);
    const flags = containers[0]?.args?.filter(arg => arg.startsWith('--tls')) ?? [];
    const { config } = { config: undefined, ...parseConfig({ flags, variables: {} }) };
    expect(config).toMatchObject({
      tls: 'files',
      tlsCertFile: '/etc/sidecar-injector/tls/tls.crt',
      tlsKeyFile: '/etc/sidecar-injector/tls/tls.key',
    });
    expect(containers[0]?.volumeMounts).toContainEqual({
      name: 'tls',
      mountPath: '/etc/sidecar-injector/tls',
      readOnly: true,
    });
    expect(volumes?.find(({ name }) => name === 'tls')?.secret?.secretName).toBe(
      certificate('sidecar-injector')['secretName'],
    );
  });

  it('gives no rights and keeps no authority of the program', () => {
    const kinds = manifests
      .filter(({ metadata: { name = '' } }) => !name.endsWith('-status') && !name.endsWith('-namespaces'))
      .map(({ kind }) => kind);
    for (const kind of ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'Secret'])
      expect(kinds).not.toContain(kind);
  });

  it('leaves the right to look at namespaces', () => {
    const kinds = manifests
      .filter(({ metadata }) => metadata.name === 'sidecar-injector-namespaces')
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['ClusterRole', 'ClusterRoleBinding']);
  });
});

describe('the overlay hardened', () => {
  it('has the settings of the base, and lists of where values may point to', () => {
    const settings = (directory: string): Readonly<Record<string, unknown>> =>
      parse(readFileSync(new URL(`../../../deploy/${directory}/config.yaml`, import.meta.url), 'utf8'));
    const lists = {
      allowedSchemes: ['https', 'ssh'],
      allowedHosts: ['github.com'],
      allowedUrls: [],
      allowedEndpoints: [],
    };
    expect(settings('overlays/hardened')).toEqual({ ...settings('base'), ...lists });
  });
});

describeRendered('the overlay production (skipped where there is no kubectl)', () => {
  const manifests = renderedUnless('production');
  const labels = { 'app.kubernetes.io/name': 'sidecar-injector' };

  it('lets anybody reach the webhook, and the cluster its metrics', () => {
    const { spec } = manifestOf<{ spec: V1NetworkPolicySpec }>(manifests, 'NetworkPolicy');
    expect(spec.podSelector).toEqual({ matchLabels: labels });
    expect(spec.ingress).toEqual([
      { ports: [{ port: 'admission', protocol: 'TCP' }] },
      { ports: [{ port: 'status', protocol: 'TCP' }], from: [{ namespaceSelector: {} }] },
    ]);
    const ports = podOf(manifests).containers[0]?.ports?.map(({ name }) => name);
    expect(ports).toEqual(['admission', 'status']);
  });

  it('lets the injector reach the API server and DNS, and nothing else', () => {
    const { spec } = manifestOf<{ spec: V1NetworkPolicySpec }>(manifests, 'NetworkPolicy');
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    const reached = spec.egress?.flatMap(({ ports: all }) =>
      all?.map(({ port, protocol }) => `${protocol} ${port}`),
    );
    expect(reached).toEqual(['UDP 53', 'TCP 53', 'TCP 443', 'TCP 6443']);
  });

  it('lets Prometheus find every pod, whether it is ready or not', () => {
    const status = manifestOf<Manifest & { spec: V1ServiceSpec }>(
      manifests,
      'Service',
      'sidecar-injector-status',
    );
    expect(status.spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: labels,
    });
    expect(manifestOf(manifests, 'ServiceMonitor')).toMatchObject({
      spec: {
        jobLabel: 'app.kubernetes.io/name',
        selector: { matchLabels: status.metadata.labels },
        endpoints: [{ port: status.spec.ports?.[0]?.name, path: '/metrics' }],
      },
    });
  });

  it('is not asked about metrics through the Service of the webhook', () => {
    const webhook = manifestOf(manifests, 'Service', 'sidecar-injector');
    expect(webhook.metadata.labels).not.toHaveProperty(['app.kubernetes.io/component']);
  });
});

function renderedUnless(overlay: Overlay): readonly Manifest[] {
  return hasKubectl() ? renderedManifests(overlay) : [];
}
