/** What sidecars log in with, as manifests. */
import type { Manifest, Scene } from './scene.ts';
import { ports } from './servers/ports.ts';

export function secret(name: string, stringData: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** The key that the shared servers let in, one that they do not, and their own as ssh knows it. */
export async function sshFiles(scene: Scene) {
  const read = (file: string) => scene.sharedServers.exec(`cat /keys/${file}`);
  const [key, otherKey, hostKey] = await Promise.all([read('user'), read('other'), read('host.pub')]);
  const knownHosts = `[${scene.sharedServers.host}]:${ports.ssh} ${hostKey}`;
  return { key, otherKey, knownHosts };
}
