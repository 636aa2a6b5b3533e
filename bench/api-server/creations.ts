import { cpuMicrosecondsOf } from '../processes.ts';
import type { Setting } from '../setting.ts';
import { percentile, spreadOf } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { type Variant, variants } from './manifests.ts';

export interface Creations {
  readonly isDryRun: boolean;
  /** How many are under way at the same time. */
  readonly atOnce: number;
}

interface Measured {
  readonly p50: number;
  readonly p90: number;
  /** Microseconds for each pod. */
  readonly apiServerCpu: number;
  readonly webhookCpu: number;
}

type Round = Readonly<Record<Variant, Measured>>;

/** Creates as many pods in each variant, in turns, and says what a webhook adds. */
export async function measureCreations(
  cluster: BenchCluster,
  creations: Creations,
  setting: Setting,
): Promise<Rows> {
  const name = `${creations.isDryRun ? 'dry run' : 'real'}, ${creations.atOnce} at once`;
  const count = (setting.isQuick ? 20 : 100) + creations.atOnce * (setting.isQuick ? 2 : 8);
  const rounds: Round[] = [];
  const run = (turn: number) => measureRound(cluster, { ...creations, count, turn });
  await run(0);
  for (let turn = 0; turn < (setting.isQuick ? 2 : 9); turn++)
    rounds.push(await setting.machine.round(`creating pods, ${name}`, () => run(turn)));
  return Object.fromEntries(variants.map(variant => [`${name}: ${variant}`, rowOf(variant, rounds)]));
}

interface Turn extends Creations {
  readonly count: number;
  readonly turn: number;
}

/** All variants once, each round beginning with another one. */
async function measureRound(cluster: BenchCluster, turn: Turn): Promise<Round> {
  const order = variants.map((_, index) => variants[(index + turn.turn) % variants.length] as Variant);
  const measured: [Variant, Measured][] = [];
  for (const variant of order) measured.push([variant, await measureVariant(cluster, variant, turn)]);
  return Object.fromEntries(measured) as Round;
}

async function measureVariant(cluster: BenchCluster, variant: Variant, turn: Turn): Promise<Measured> {
  const request = cluster.request(variant, turn);
  const webhook = cluster.webhookPidOf(variant);
  const cpuNow = () => [cluster.apiServerPid, webhook].map(cpuMicrosecondsOf);
  const before = cpuNow();
  const latenciesMs = await cluster.pods.create(request, turn);
  const [apiServerCpu = 0, webhookCpu = 0] = cpuNow().map(
    (cpu, index) => (cpu - (before[index] ?? 0)) / turn.count,
  );
  // So that the store does not grow; nobody's time counts here.
  if (!turn.isDryRun) await cluster.pods.deleteAll(request.namespace);
  return { p50: percentile(latenciesMs, 50), p90: percentile(latenciesMs, 90), apiServerCpu, webhookCpu };
}

function rowOf(variant: Variant, rounds: readonly Round[]): Row {
  const of = (pick: (round: Round) => number) => spreadOf(rounds.map(pick));
  const added = (rank: 'p50' | 'p90') => of(round => round[variant][rank] - round.none[rank]);
  return {
    'p50 ms': of(round => round[variant].p50),
    'p90 ms': of(round => round[variant].p90),
    ...(variant === 'none' ? {} : { 'added p50': added('p50'), 'added p90': added('p90') }),
    ...(variant === 'ours' ? { 'added: ours / null': of(ratioToNull) } : {}),
    'API server µs CPU': of(round => round[variant].apiServerCpu),
    ...(variant === 'none' || variant === 'not matched'
      ? {}
      : { 'webhook µs CPU': of(round => round[variant].webhookCpu) }),
  };
}

function ratioToNull(round: Round): number {
  return (round.ours.p50 - round.none.p50) / (round['null webhook'].p50 - round.none.p50);
}
