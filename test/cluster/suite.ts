/** What every file of cases starts from; README.md shows a case. */
import { randomUUID } from 'node:crypto';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { inject, it } from 'vitest';
import { type Manifest, Scene, type SceneOptions } from './scene.ts';
import { longestMs, type Turn, takeTurn } from './turns.ts';

const cluster = inject('cluster');

export interface CaseOptions extends SceneOptions {
  /** How long it may take, its report included. Default 120 s. */
  readonly timeoutMs?: number;
  /** `alone` for a case that disturbs the whole cluster. */
  readonly turn?: Turn;
}

/** What a case does; it ends the case by throwing. */
export type CaseBody<Row extends readonly unknown[]> = (scene: Scene, ...row: Row) => Promise<void>;

export interface DefineCase {
  (name: string, run: CaseBody<[]>, options?: CaseOptions): void;
  /** The same case for each of a list; `%s` in its name stands for the entry. */
  each<Row>(rows: readonly Row[]): (name: string, run: CaseBody<[Row]>, options?: CaseOptions) => void;
}

/** A case that needs nodes; the global setup has said why where there are none. */
export const nodeCase: DefineCase = caseThatNeeds(cluster !== undefined);

/** A case that needs the image of git-sync as well. */
export const gitSyncCase: DefineCase = caseThatNeeds(cluster?.hasGitSync === true);

/** A case that needs the images of the other sidecars. */
export const sidecarCase: DefineCase = caseThatNeeds(cluster?.hasSidecars === true);

function caseThatNeeds(isPossible: boolean): DefineCase {
  const define = (name: string, run: CaseBody<[]>, options: CaseOptions = {}) =>
    it.skipIf(!isPossible)(name, () => runCase(name, run, options), longestMs * 2);
  const each =
    <Row>(rows: readonly Row[]) =>
    (name: string, run: CaseBody<[Row]>, options: CaseOptions = {}) => {
      for (const row of rows) {
        define(name.replace('%s', String(row)), scene => run(scene, row), options);
      }
    };
  return Object.assign(define, { each });
}

async function runCase(name: string, run: CaseBody<[]>, options: CaseOptions): Promise<void> {
  if (cluster === undefined) throw new Error('there is no cluster');
  const endTurn = await takeTurn(cluster.directory, randomUUID(), options.turn ?? 'among others');
  const scene = await Scene.open(cluster, options).catch(error => {
    endTurn();
    throw error;
  });
  try {
    await within((options.timeoutMs ?? defaultTimeoutMs) - reportMs, run(scene));
  } catch (error) {
    const report = await scene.report().catch(String);
    console.error(`${name} failed in namespace ${scene.namespace}\n${report}`);
    throw error;
  } finally {
    endTurn();
    await scene.close();
  }
}

const defaultTimeoutMs = 120_000;

/** What remains of the time of a case that hangs, for looking at it. */
const reportMs = 20_000;

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${timeoutMs / 1000} s`)), timeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export type Annotations = Readonly<Record<string, string>>;

/** Annotations that ask for git-sync, from a repository and the parameters that differ from the defaults. */
export function gitSync(repository: string, parameters: Annotations = {}): Annotations {
  return annotationsOf('git-sync', repository, parameters);
}

/** Annotations for any sidecar, or for an instance of one: `git-sync_docs`. */
export function annotationsOf(sidecar: string, value: string, parameters: Annotations = {}): Annotations {
  const named = Object.entries(parameters).map(([name, text]) => [`sidecar.io/${sidecar}.${name}`, text]);
  return { [`sidecar.io/${sidecar}`]: value, ...Object.fromEntries(named) };
}

/** A container of an app in the helper image that runs a shell script, as a namespace that is restricted wants it. */
export function appContainer(script: string, container: Partial<V1Container> = {}): V1Container {
  return {
    name: 'app',
    image: helperImage(),
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-ec', script],
    securityContext: {
      runAsUser: 1000,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...container,
  };
}

/** The image of the servers, with a shell, Node.js and git for apps too. */
export function helperImage(): string {
  return cluster?.helperImage ?? '';
}

/** Keeps a container running. */
export const idle = 'exec sleep 100000';

/** A pod with an app, by default one that idles. */
export function podOf(name: string, annotations: Annotations, spec: Partial<V1PodSpec> = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name }, annotations },
    // Nothing here takes the time that it is given to stop.
    spec: { terminationGracePeriodSeconds: 1, containers: [appContainer(idle)], ...spec },
  };
}
