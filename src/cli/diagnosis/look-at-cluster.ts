import type { ApiClient } from '../../cluster/api-client.ts';
import { learn } from '../../cluster/installation/learn.ts';
import type { KubernetesContext } from '../../cluster/kubeconfig.ts';
import { isKnown } from '../../diagnosis/fact.ts';
import type { Installation, ServedCertificate } from '../../diagnosis/installation.ts';
import { probePodFor } from '../../diagnosis/probe-pod.ts';
import { ownConfiguration, ownName } from '../../diagnosis/registration.ts';
import { isByPoliciesAlone } from '../../diagnosis/sidecar-policies.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../sidecars/sidecar-set.ts';
import { shippedFile } from '../shipped-file.ts';

/** A cluster, and whoever asks it. */
export interface ClusterUnderCheck {
  readonly context: KubernetesContext;
  readonly client: ApiClient;
  /** Where the way through the webhook is tried. */
  readonly namespace: string;
}

export interface ClusterChoice {
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * Prepares calls of the Kubernetes API; none is made.
 *
 * @throws InjectorError where there is no such context.
 */
export async function connectToCluster({
  context: name,
  kubeconfig,
  namespace,
}: ClusterChoice): Promise<ClusterUnderCheck> {
  const { loadContext } = await import('../../cluster/kubeconfig.ts');
  const { clientForPerson } = await import('../client-for-person.ts');
  const context = loadContext({ file: kubeconfig, context: name });
  return {
    context,
    client: clientForPerson(context.access),
    namespace: namespace ?? context.access.namespace ?? 'default',
  };
}

/** Learns what is to be known before the manifests are applied. */
export async function lookBefore({ client }: ClusterUnderCheck): Promise<Installation> {
  const { gatherInstallation } = await import('../../cluster/installation/gather-installation.ts');
  const { readInjectorVersion } = await import('../../cluster/injector-version.ts');
  const { readMissingRights, readPresentObjects } = await import('../../cluster/installation/preparation.ts');
  const installation = await gatherInstallation(client, new Date());
  if (!isKnown(installation.server)) return installation;
  const [missingRights, presentObjects, versions] = await Promise.all([
    learn(readMissingRights(client)),
    learn(readPresentObjects(client)),
    // An earlier installation has seen something of the API server.
    ownConfiguration(installation) && readInjectorVersion(client),
  ]);
  return { ...installation, versions, preparation: { missingRights, presentObjects } };
}

/** Learns all of an installation: also the certificates that are served, and what becomes of a pod. */
export async function lookAfter(cluster: ClusterUnderCheck): Promise<Installation> {
  const { gatherInstallation } = await import('../../cluster/installation/gather-installation.ts');
  const { readInjectorVersion } = await import('../../cluster/injector-version.ts');
  const { tryPod } = await import('../../cluster/installation/try-pod.ts');
  const installation = await gatherInstallation(cluster.client, new Date());
  if (!isKnown(installation.server)) return installation;
  if (isByPoliciesAlone(installation)) {
    const pod = probePodFor(installation, await shippedDefinitions());
    return {
      ...installation,
      probe: isKnown(pod) ? await tryPod(cluster.client, cluster.namespace, pod.value) : pod,
    };
  }
  const pod = probePodFor(installation);
  const [served, probe] = await Promise.all([
    certificatesOf(cluster, installation),
    isKnown(pod) ? tryPod(cluster.client, cluster.namespace, pod.value) : pod,
  ]);
  // Then the replica that was asked about the pod has seen something of the API server.
  const versions = await readInjectorVersion(cluster.client);
  return { ...installation, served, versions, probe };
}

/** The definitions that come with the program, of which policies may be compiled; none where they cannot be read. */
async function shippedDefinitions(): Promise<SidecarSet> {
  const { readSidecarFiles } = await import('../../sidecars/sidecar-directory.ts');
  const files = await readSidecarFiles(shippedFile('sidecars/')).catch(() => []);
  return nextSidecarSet(emptySidecarSet, files);
}

/** Shakes hands with each replica that is ready; where that is not allowed, the replica's own metrics say something too. */
async function certificatesOf(
  { client, context }: ClusterUnderCheck,
  { namespace, replicas, deployment }: Installation,
): Promise<readonly ServedCertificate[]> {
  const { readCertificateExpiry } = await import('../../cluster/installation/certificate-expiry.ts');
  const { forwardPort } = await import('../../cluster/forward-port.ts');
  const { replicaPorts } = await import('../../cluster/installation/replica-ports.ts');
  const { servedCertificate } = await import('../../tls/served-certificate.ts');
  const ports = replicaPorts(isKnown(deployment) ? deployment.value : undefined);
  const ready = (isKnown(replicas) ? replicas.value : []).filter(
    ({ isReady, isGoing }) => isReady && !isGoing,
  );
  return Promise.all(
    ready.map(async ({ name: pod }) => {
      const connecting = forwardPort(context.access, { namespace, pod, port: ports.admission });
      const chain = await learn(
        connecting.then(connection => servedCertificate(connection, `${ownName}.${namespace}.svc`)),
      );
      if (isKnown(chain)) return { replica: pod, chain };
      const expiresAt = await learn(readCertificateExpiry(client, { namespace, pod, port: ports.status }));
      return { replica: pod, chain, expiresAt };
    }),
  );
}
