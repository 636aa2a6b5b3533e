import type { RequestOptions } from 'node:https';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { InjectorError } from '../injector-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { NoCredentialsError } from './no-credentials-error.ts';
import { NoKubeconfigError } from './no-kubeconfig-error.ts';

/**
 * The access that the current context of a kubeconfig gives, in any of the ways that kubectl knows.
 *
 * @throws InjectorError where it has no current context with a cluster.
 */
export function loadKubeconfig(file: string): ClusterAccess {
  return accessOf(readKubeconfig(file), `kubeconfig "${file}"`);
}

/** The context that a command uses, and the access that it gives. */
export interface KubernetesContext {
  readonly name: string;
  readonly access: ClusterAccess;
}

/**
 * The context that kubectl would use: the named one or the current one, of the named file, the files in KUBECONFIG or
 * `~/.kube/config`.
 *
 * @throws InjectorError where there is no such context.
 */
export function loadContext({ file, context }: ContextChoice): KubernetesContext {
  const kubeconfig = file === undefined ? readDefaultKubeconfig() : readKubeconfig(file);
  const where = file === undefined ? 'kubeconfig' : `kubeconfig "${file}"`;
  if (context !== undefined) {
    if (kubeconfig.getContextObject(context) === null) {
      const known = kubeconfig.getContexts().map(({ name }) => name);
      throw new InjectorError(`${where}: no context "${context}"; known: ${known.join(', ') || 'none'}`);
    }
    kubeconfig.setCurrentContext(context);
  }
  return { name: kubeconfig.getCurrentContext(), access: accessOf(kubeconfig, where) };
}

/**
 * The names of the contexts of a kubeconfig, or of those that kubectl would read.
 *
 * @throws InjectorError where there is none that can be read.
 */
export function contextNames(file: string | undefined): readonly string[] {
  const kubeconfig = file === undefined ? readDefaultKubeconfig() : readKubeconfig(file);
  return kubeconfig.getContexts().map(({ name }) => name);
}

export interface ContextChoice {
  readonly file: string | undefined;
  readonly context: string | undefined;
}

function readKubeconfig(file: string): KubeConfig {
  const kubeconfig = new KubeConfig();
  try {
    kubeconfig.loadFromFile(file);
  } catch (cause) {
    throw new InjectorError(`kubeconfig "${file}": ${withoutText(cause)}`, { cause });
  }
  return kubeconfig;
}

function readDefaultKubeconfig(): KubeConfig {
  const kubeconfig = new KubeConfig();
  try {
    kubeconfig.loadFromDefault();
  } catch (cause) {
    throw new InjectorError(`kubeconfig: ${withoutText(cause)}`, {
      cause,
    });
  }
  // What it falls back to where there is no file; nobody has asked for that.
  if (kubeconfig.getCurrentCluster()?.server === 'http://localhost:8080') {
    throw new NoKubeconfigError();
  }
  return kubeconfig;
}

function accessOf(kubeconfig: KubeConfig, where: string): ClusterAccess {
  const cluster = kubeconfig.getCurrentCluster();
  if (!cluster?.server) {
    throw new InjectorError(`${where}: no current context with a cluster; use kubectl config use-context`);
  }
  return {
    server: cluster.server,
    namespace: kubeconfig.getContextObject(kubeconfig.getCurrentContext())?.namespace,
    requestOptions: async () => {
      const options: RequestOptions = {};
      await kubeconfig.applyToHTTPSOptions(options).catch((cause: unknown) => {
        throw withoutCredentials(kubeconfig.getCurrentUser(), where, cause);
      });
      return options;
    },
  };
}

/** Why there are no credentials to ask with, where a program is to give them: the client itself tells `spawn … ENOENT`. */
function withoutCredentials(user: User | null, where: string, cause: unknown): unknown {
  const exec: { command?: unknown; installHint?: unknown } | undefined =
    user?.exec ?? user?.authProvider?.config?.exec;
  if (user == null || exec === undefined) return cause;
  return new NoCredentialsError({
    ...{ where, user: user.name, cause },
    command: String(exec.command ?? ''),
    installHint: typeof exec.installHint === 'string' ? exec.installHint : undefined,
  });
}

/** What is wrong, without the lines around it that the reader of YAML shows: they may hold a token. */
function withoutText(cause: unknown): string {
  const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
  return first;
}
