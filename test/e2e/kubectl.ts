import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ControlPlaneAccess } from './control-plane.ts';

export interface KubectlOutput {
  readonly stdout: string;
  /** Warnings, among others. */
  readonly stderr: string;
}

/** What kubectl says when it fails. */
export class KubectlError extends Error {
  override name = 'KubectlError' as const;

  constructor(command: string, { stdout, stderr }: KubectlOutput) {
    // A difference that `kubectl diff` finds is a failure too, and stands in what it prints.
    super(`kubectl ${command}: ${stderr.trim() || stdout.trim()}`);
  }
}

/**
 * Runs kubectl as a person would; the arguments as one text where none of them holds a space. The input, text or an
 * object to be written as JSON, is for `-f -`.
 *
 * @throws KubectlError where it exits with anything but 0.
 */
export type Kubectl = (args: string | readonly string[], input?: unknown) => Promise<KubectlOutput>;

/** Runs kubectl for an object in JSON. */
export type KubectlJson = <T>(args: string | readonly string[], input?: unknown) => Promise<T>;

export function createKubectl({
  kubeconfig,
  directory,
}: Pick<ControlPlaneAccess, 'kubeconfig' | 'directory'>): Kubectl {
  const env = {
    ...process.env,
    KUBECACHEDIR: join(directory, 'kubectl-cache'),
    // Nothing of what its user has set for kubectl.
    KUBERC: 'off',
    KUBECTL_EXTERNAL_DIFF: undefined,
  };
  return (args, input) =>
    new Promise((resolve, reject) => {
      const list = listOf(args);
      const all = [`--kubeconfig=${kubeconfig}`, ...list];
      const options = { env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('kubectl', all, options, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(new KubectlError(list.join(' '), { stdout: stdout || error.message, stderr }));
      });
      child.stdin?.once('error', () => undefined); // It may end without reading all of it.
      child.stdin?.end(typeof input === 'string' ? input : JSON.stringify(input));
    });
}

/** The same kubectl for what is in one namespace. */
export function kubectlIn(namespace: string, kubectl: Kubectl): Kubectl {
  return (args, input) => kubectl(['-n', namespace, ...listOf(args)], input);
}

export function kubectlJsonOf(kubectl: Kubectl): KubectlJson {
  return async (args, input) => JSON.parse((await kubectl([...listOf(args), '-o', 'json'], input)).stdout);
}

function listOf(args: string | readonly string[]): readonly string[] {
  return typeof args === 'string' ? args.split(' ') : args;
}

/** The API server itself gives a request 34 s. */
const timeoutMs = 60_000;
