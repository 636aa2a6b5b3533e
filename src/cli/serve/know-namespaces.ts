import { setTimeout as sleep } from 'node:timers/promises';
import type { NamespaceKnowledge } from '../../admission/find-surroundings.ts';
import type { NamespaceKnowledgeState } from '../../diagnosis/versions/injector-version.ts';
import { bareNamespace } from '../../namespaces/sources-of.ts';
import type { Log } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { backOffMs } from '../../tls/managed/back-off.ts';
import type { Clock } from '../../tls/managed/managed-certificate-options.ts';
import type { Cluster } from './connect-to-cluster.ts';

/** What is known of namespaces, and how it stands with that. */
export interface KnownNamespaces extends NamespaceKnowledge {
  /** Undefined where no API server is asked. */
  readonly state: NamespaceKnowledgeState | undefined;
  stop(): void;
}

/**
 * Watches the namespaces of the cluster; nobody waits for it. Where there is none, those of a file count, as they are when
 * the program starts; where there is no file either, nothing is known of any.
 *
 * @throws InjectorError where the file cannot be used.
 */
export async function knowNamespaces({
  cluster,
  file,
  clock,
  log,
  metrics,
}: {
  readonly cluster: Cluster | undefined;
  /** Empty where there is none. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Promise<KnownNamespaces> {
  if (cluster === undefined) return file === '' ? noNamespaces : namespacesOf(file);
  if (file !== '') log.warn({ file }, '--namespaces is not used: the namespaces of the cluster count');
  const [{ NamespaceWatch }, { NamespaceReads }] = await Promise.all([
    import('../../cluster/namespaces/namespace-watch.ts'),
    import('../../cluster/namespaces/namespace-reads.ts'),
  ]);
  const client = cluster.namespaces;
  const nowMs = () => performance.now();
  const watch = new NamespaceWatch({
    ...{ client, nowMs },
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
    backOffMs: failures => backOffMs(failures, Math.random()),
    onProblem: problem => {
      if (problem === undefined) log.info({ namespaces: watch.size }, 'namespaces watched');
      else log.warn({ problem }, 'namespaces not watched');
    },
  });
  const reads = new NamespaceReads({
    ...{ client, nowMs, sleep },
    onRead: result => metrics.countNamespaceRead(result),
  });
  metrics.observeNamespaces(() => ({ known: watch.size ?? 0, silentSeconds: watch.silentMs / 1000 }));
  watch.start();
  return {
    get: name => watch.get(name),
    get isFresh() {
      return watch.isFresh;
    },
    get state() {
      if (watch.size === undefined) return 'unknown';
      return watch.isFresh ? 'watched' : 'stale';
    },
    read: name => reads.read(name),
    stop: () => watch.stop(),
  };
}

async function namespacesOf(file: string): Promise<KnownNamespaces> {
  const { readNamespaces } = await import('../manifests/read-namespaces.ts');
  const known = await readNamespaces(file);
  const get = (name: string) => known.get(name) ?? bareNamespace(name);
  return { get, isFresh: true, state: undefined, read: async name => get(name), stop: () => {} };
}

const noNamespaces: KnownNamespaces = {
  get: () => undefined,
  isFresh: false,
  state: undefined,
  stop: () => {},
};
