import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithApiServer } from '../e2e/suite.ts';
import { createNamespace } from '../e2e/test-namespace.ts';
import { buildImageProgram } from './image-program.ts';
import { Neighbour } from './neighbour.ts';
import { type Replica, startReplicas, stopAll } from './replica.ts';
import { Tenant } from './tenant.ts';
import { Traffic } from './traffic.ts';

const seconds = Number(process.env['SIDECAR_INJECTOR_ATTACK_SECONDS'] ?? 600);
const worstPerSecond = 50;
const [unfinishedBodies, idleConnections] = [60, 100];
/** Of deploy/base: the kubelet's patience with /livez, and the memory of a pod. */
const [livenessTimeoutMs, memoryLimit] = [5000, 256];

describeWithApiServer(`two replicas under attack for ${seconds} s`, () => {
  let replicas: readonly Replica[] = [];
  beforeAll(async () => {
    const bundle = await buildImageProgram();
    replicas = await startReplicas([
      { skewSeconds: 0, bundle },
      { skewSeconds: 0, bundle },
    ]);
  });
  afterAll(() => stopAll(replicas));

  it(
    'refuse nobody else, stay alive, and stay within their memory',
    async () => {
      const tenant = await Tenant.create();
      const neighbours = replicas.map(({ port }) => new Neighbour(port));
      const others = new Traffic(await createNamespace());
      const probe = new LivenessProbe(replicas);
      tenant.start(worstPerSecond);
      for (const neighbour of neighbours) neighbour.start(unfinishedBodies, idleConnections);
      others.start(2);
      probe.start();
      await sleep(seconds * 1000);
      const peaks = await Promise.all(replicas.map(replica => replica.peakMemory()));
      for (const neighbour of neighbours) neighbour.stop();
      await Promise.all([others.stop(), tenant.stop(), probe.stop()]);
      print({ tenant, neighbours, others, probe, peaks });
      expect(others.failures).toEqual([]);
      expect(others.created).toBeGreaterThan(seconds);
      expect(probe.failures).toEqual([]);
      expect(tenant.failures).toEqual([]);
      expect(tenant.sent).toBeGreaterThan(0.8 * worstPerSecond * seconds);
      for (const peak of peaks) expect(peak ?? 0).toBeLessThan(memoryLimit);
      for (const replica of replicas) expect(await replica.stop()).toBe('ended with exit code 0');
    },
    seconds * 1000 + 180_000,
  );
});

/** Asks each replica every second, as the kubelet does less often. */
class LivenessProbe {
  readonly #replicas: readonly Replica[];
  #isStopped = false;
  #loops: readonly Promise<void>[] = [];
  slowestMs = 0;
  readonly failures: string[] = [];

  constructor(replicas: readonly Replica[]) {
    this.#replicas = replicas;
  }

  start(): void {
    this.#loops = this.#replicas.map(replica => this.#ask(replica));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#loops);
  }

  async #ask(replica: Replica): Promise<void> {
    while (!this.#isStopped) {
      try {
        this.slowestMs = Math.max(this.slowestMs, await replica.liveness(livenessTimeoutMs));
      } catch (error) {
        this.failures.push(`${new Date().toISOString()}: ${error}`);
      }
      await sleep(1000);
    }
  }
}

interface Figures {
  readonly tenant: Tenant;
  readonly neighbours: readonly Neighbour[];
  readonly others: Traffic;
  readonly probe: LivenessProbe;
  readonly peaks: readonly (number | undefined)[];
}

/** As docs/reliability.md has it. */
function print({ tenant, neighbours, others, probe, peaks }: Figures): void {
  const latencies = others.latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(0);
  const answers = [...tenant.statuses].map(([status, count]) => `${count} with ${status}`).join(', ');
  const connections = neighbours.reduce((sum, { opened }) => sum + opened, 0);
  console.log(
    [
      `${tenant.sent} of the worst pods in ${seconds} s (${answers}), ${tenant.heldBack} held back; ${connections} connections of a neighbour`,
      `| a tenant sends ${(tenant.sent / seconds).toFixed(0)} of the worst pods a second, a neighbour keeps ${unfinishedBodies} bodies unfinished and ${idleConnections} connections idle on each of two replicas, for ${seconds} s | ${others.created} creations by others, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms | ${others.failures.length} |`,
      `peak memory ${peaks.map(peak => `${peak?.toFixed(0) ?? '?'} MiB`).join(' and ')}; slowest /livez ${probe.slowestMs.toFixed(0)} ms, ${probe.failures.length} not answered in ${livenessTimeoutMs / 1000} s`,
    ].join('\n'),
  );
}
