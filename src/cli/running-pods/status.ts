import { withRunningPodOptions } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { hasManyContexts, inContexts } from '../in-contexts.ts';
import { keepMemorySmall } from '../keep-memory-small.ts';
import { outputOption } from '../output-option.ts';
import { tell } from '../print.ts';
import { type ConnectedPods, connectToPods } from './connect-to-pods.ts';
import { PodTable } from './pod-table.ts';
import { readProgress } from './read-progress.ts';
import { StatusJson } from './status-json.ts';
import type { StatusOutput } from './status-output.ts';
import { countedWith, noneCounted, rowsOf, type StatusCounts } from './status-rows.ts';
import { WorkloadTable } from './workload-table.ts';

/** Tells the sidecars of running pods: injected, outdated or bare. */
export const status = defineCommand({
  name: 'status',
  description: `Tells of each workload how many of its pods have their sidecars as the definitions say (injected), otherwise
(outdated), or not at all although the pod, its namespace or a rule of the configuration asks for it (bare). What a namespace asks for otherwise
since the pod was created makes it outdated. Where policies of the API server put sidecars in, a column says so. The definitions are those that the injector in the cluster has in force, unless
--sidecars names others. The context, what is compared with and the number of each are told on standard error.`,
  examples: [
    ['status', "workloads of the context's namespace"],
    ['status -n shop --pods', 'each sidecar of each pod, with its image'],
    ['status -A -o json', 'pods of all namespaces, for a program'],
  ],
  exits: {
    ok: 'all are injected',
    failure: 'the pods cannot be listed, or nobody says what is in force',
    findings: 'some are outdated or bare',
  },
  parser: parser =>
    withRunningPodOptions(parser)
      .option('--pods', 'a line for each sidecar of each pod; JSON always has them')
      .addOption(outputOption(['table', 'json'])),
  run: ({ options: { output, pods, ...choice }, args }) => {
    keepMemorySmall();
    const isNamed = hasManyContexts(choice.context);
    return inContexts(choice.context, { atFailure: 'go on', args }, async context => {
      const connected = await connectToPods({ ...choice, context });
      for (const line of connected.about) tell(line);
      const column = isNamed ? connected.context : undefined;
      if (output === 'json') return list(connected, new StatusJson(connected.context));
      return list(connected, pods ? new PodTable(column) : new WorkloadTable(column));
    });
  },
});

async function list(connected: ConnectedPods, output: StatusOutput): Promise<number> {
  const counts = await readAll(connected, output);
  await output.end(counts);
  const note = await connected.otherDefinitions;
  if (note !== undefined) tell(note);
  const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  const { injected, outdated, bare } = counts;
  tell(injected + outdated + bare === 0 ? 'no sidecars found' : words.join(', '));
  return outdated + bare > 0 ? exitCodes.findings : exitCodes.ok;
}

/** A page of pods is forgotten when its sidecars have been taken. */
async function readAll(connected: ConnectedPods, output: StatusOutput): Promise<StatusCounts> {
  const { pods, selection, survey } = connected;
  const progress = await readProgress({ isPrinting: output instanceof StatusJson });
  const workloads = output instanceof WorkloadTable ? await connected.workloads() : undefined;
  let counts = noneCounted;
  let read = 0;
  try {
    for await (const { pods: page, remaining } of pods.versionedPages(selection)) {
      for (const pod of page) {
        const rows = rowsOf(pod, survey(pod));
        if (rows.length === 0) continue;
        counts = countedWith(counts, rows);
        output.add(rows, (await workloads?.workloadOf(pod)) ?? '');
      }
      await output.flush();
      read += page.length;
      progress.read(read, remaining === undefined ? undefined : read + remaining);
    }
  } finally {
    progress.stop();
  }
  return counts;
}
