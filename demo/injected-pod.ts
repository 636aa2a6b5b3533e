import type { V1Pod } from '@kubernetes/client-node';
import { execute, type Terminal } from './transcript.ts';

/**
 * The pod of the app as the API server has it, after whatever changed it; not the one that it replaces, which may still
 * be ending.
 */
export async function injectedPod(terminal: Terminal): Promise<V1Pod> {
  const { output, exitCode } = await execute(terminal, 'kubectl get pods --selector app=web --output json');
  if (exitCode !== 0) throw new Error(`the pods of web cannot be read:\n${output}`);
  const pods: readonly V1Pod[] = JSON.parse(output).items;
  const injected = pods.find(({ spec }) => spec?.initContainers?.some(({ name }) => name === 'git-sync'));
  if (injected === undefined) throw new Error('no pod of web has git-sync');
  return injected;
}
