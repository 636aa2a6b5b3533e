import type { ServersAddress } from './servers.ts';

/** What the cases need to know of the cluster they run on. */
export interface ClusterAccess {
  /** Holds what kubectl keeps, and is removed after the run. */
  readonly directory: string;
  readonly kubeconfig: string;
  /** Debian with Node.js, git, sshd, nginx and httpd: images/helper.Dockerfile. */
  readonly helperImage: string;
  /** Whether nodes have the image of git-sync, or can pull it. */
  readonly hasGitSync: boolean;
  /** Whether they have those of log-collector, statsd-exporter and tls-proxy. */
  readonly hasSidecars: boolean;
  /** The servers that all cases share. */
  readonly servers: ServersAddress;
  /** A command that restarts the kubelet of a node; without it the case that needs it is skipped. */
  readonly restartKubelet: string | undefined;
}

/** What the environment says about the cluster; README.md describes each. */
export interface ClusterSettings {
  readonly kubeconfig: string;
  readonly containerdSocket: string | undefined;
  readonly injectorImage: string;
  readonly helperImage: string | undefined;
  readonly restartKubelet: string | undefined;
}

/** The image that the manifests name; a kustomization replaces it where another one is to be tested. */
export const shippedImage = 'sidecar-injector:0.1.0';

/**
 * Reads the settings; undefined where there is no cluster to test with. The default context of whoever runs the tests
 * is never used: it may be a cluster that people depend on.
 */
export function readClusterSettings(environment: NodeJS.ProcessEnv): ClusterSettings | undefined {
  const setting = (name: string) => environment[name] || undefined;
  const kubeconfig = setting('KUBECONFIG');
  if (kubeconfig === undefined) return undefined;
  return {
    kubeconfig,
    containerdSocket: setting('SIDECAR_INJECTOR_TEST_CONTAINERD'),
    injectorImage: setting('SIDECAR_INJECTOR_TEST_IMAGE') ?? shippedImage,
    helperImage: setting('SIDECAR_INJECTOR_TEST_HELPER_IMAGE'),
    restartKubelet: setting('SIDECAR_INJECTOR_TEST_RESTART_KUBELET'),
  };
}
