import { join } from 'node:path';
import { BudgetWitness } from '../fleet/budget-witness.ts';
import { commandRow, newerDefinitions } from '../fleet/command-row.ts';
import { FleetCluster } from '../fleet/fleet-cluster.ts';
import { runCommand } from '../fleet/run-command.ts';
import { cpuMicrosecondsOf, memoryMiBOf } from '../processes.ts';
import { printTable, root, type Setting } from '../setting.ts';
import { round } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';

/** A fleet on a real API server: its creation through the webhook, `status`, and an upgrade that fake kubelets follow. */
export async function measureFleet(setting: Setting): Promise<Rows> {
  const cluster = await FleetCluster.start(setting.fleetPods);
  const rows: Record<string, Row> = {};
  const measure = async (name: string, work: () => Promise<Row>) => {
    const row = await setting.machine.once(name, () => withApiServer(cluster, work));
    rows[name] = row;
    printTable(`a fleet of ${cluster.pods} pods`, { [name]: row }, setting);
  };
  try {
    await measure('creation', () => measureCreation(cluster));
    await cluster.startKubelet();
    for (const flags of [[], ['--output', 'json']])
      await measure(['status', ...flags].join(' '), () => measureStatus(cluster, flags));
    await measure('upgrade --max-unavailable 25%', () => measureUpgrade(cluster, setting));
  } finally {
    await cluster.stop();
  }
  printTable(`a fleet of ${cluster.pods} pods`, rows, setting);
  return rows;
}

/** What the API server does meanwhile. */
async function withApiServer({ apiServerPid }: FleetCluster, work: () => Promise<Row>): Promise<Row> {
  const before = cpuMicrosecondsOf(apiServerPid);
  const row = await work();
  const cpu = cpuMicrosecondsOf(apiServerPid) - before;
  const memory = memoryMiBOf(apiServerPid)?.now ?? Number.NaN;
  return { ...row, 'API server CPU s': round(cpu / 1e6), 'API server MiB': round(memory) };
}

async function measureCreation(cluster: FleetCluster): Promise<Row> {
  const { pods, webhookPid } = cluster;
  const before = cpuMicrosecondsOf(webhookPid);
  const startedMs = performance.now();
  await cluster.createPods();
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuSeconds = (cpuMicrosecondsOf(webhookPid) - before) / 1e6;
  return {
    seconds: round(seconds),
    'pods/s': round(pods / seconds),
    'CPU s': round(cpuSeconds),
    MiB: round(memoryMiBOf(webhookPid)?.highest ?? Number.NaN),
  };
}

async function measureStatus({ access, pods }: FleetCluster, flags: readonly string[]): Promise<Row> {
  const args = ['status', '--all-namespaces', '--sidecars', join(root, 'sidecars'), ...flags];
  const run = await runCommand(access.kubeconfig, ...args);
  if (run.exitCode !== 0) throw new Error(`status ended with ${run.exitCode}: ${run.why}`);
  return commandRow(run, pods);
}

/** Whoever breaks a budget breaks the run: figures of an upgrade that hurts are worth nothing. */
async function measureUpgrade(cluster: FleetCluster, setting: Setting): Promise<Row> {
  const { access, pods } = cluster;
  const witness = new BudgetWitness(access);
  await witness.start(pods);
  const settings = ['--max-unavailable', '25%', '--parallel', '200', '--output', 'json'];
  const args = ['upgrade', '--all-namespaces', '--sidecars', newerDefinitions(setting), ...settings];
  const run = await runCommand(access.kubeconfig, ...args);
  await witness.stop();
  if (run.exitCode !== 0) throw new Error(`upgrade ended with ${run.exitCode}: ${run.why}`);
  const budgets = cluster.workloadsWithBudget;
  const worst = {
    'most not ready of 10': witness.worst(workload => !budgets.has(workload)),
    'with a budget of 1': witness.worst(workload => budgets.has(workload)),
  };
  // A quarter of ten, rounded down.
  const isKept = worst['most not ready of 10'] <= 2 && worst['with a budget of 1'] <= 1;
  if (!isKept || witness.breaks > 1 || cluster.kubeletProblems.length > 0)
    throw new Error(JSON.stringify({ worst, breaks: witness.breaks, problems: cluster.kubeletProblems }));
  return { ...commandRow(run, pods), ...worst };
}
