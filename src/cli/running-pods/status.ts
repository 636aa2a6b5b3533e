import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { differenceInWords } from '../../running-pods/difference.ts';
import type { SidecarState, SurveyedSidecar } from '../../running-pods/survey-pod.ts';
import { withRunningPodOptions } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { inContexts } from '../in-contexts.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { table } from '../table.ts';
import { connectToPods } from './connect-to-pods.ts';
import type { PodChoice } from './pod-choice.ts';

/** Lists the sidecars of running pods: injected, outdated or bare. */
export const status = defineCommand({
  name: 'status',
  description: `Lists the sidecars of running pods: injected as the definitions say, outdated, or bare, which is a
pod without a sidecar that it, its namespace or a rule of the configuration asks for. What a namespace asks for otherwise
since the pod was created makes it outdated. Where policies of the API server put sidecars in, a column says so. The definitions are those that the injector in the cluster has in force, unless
--sidecars names others. The context, what is compared with and the number of each are told on standard error.`,
  examples: [
    ['status', "pods of the context's namespace"],
    ['status -A -o json', 'pods of all namespaces, for a program'],
  ],
  exits: {
    ok: 'all are injected',
    failure: 'the pods cannot be listed, or nobody says what is in force',
    findings: 'some are outdated or bare',
  },
  parser: parser => withRunningPodOptions(parser).addOption(outputOption(['table', 'json'])),
  run: ({ options, args }) =>
    inContexts(options.context, { atFailure: 'go on', args }, context =>
      list({ ...options, context }, options.output),
    ),
});

interface Row extends SurveyedSidecar {
  readonly namespace: string;
  readonly pod: string;
}

async function list(choice: PodChoice, output: string): Promise<number> {
  const { pods, selection, context, about, survey, otherDefinitions } = await connectToPods(choice);
  for (const line of about) tell(line);
  const rows = (await pods.list(selection)).flatMap(pod => rowsOf(pod, survey(pod)));
  const counts = countStates(rows);
  await print(
    output === 'json' ? `${JSON.stringify(report(context, rows, counts), undefined, 2)}\n` : inTable(rows),
  );
  const note = await otherDefinitions;
  if (note !== undefined) tell(note);
  const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  tell(rows.length === 0 ? 'no sidecars found' : words.join(', '));
  return counts.outdated + counts.bare > 0 ? exitCodes.findings : exitCodes.ok;
}

function rowsOf({ metadata }: RunningPod, surveyed: readonly SurveyedSidecar[]): readonly Row[] {
  return surveyed.map(sidecar => ({ namespace: metadata.namespace, pod: metadata.name, ...sidecar }));
}

type Counts = Readonly<Record<SidecarState, number>>;

function countStates(rows: readonly Row[]): Counts {
  const count = (wanted: SidecarState) => rows.filter(({ state }) => state === wanted).length;
  return { injected: count('injected'), outdated: count('outdated'), bare: count('bare') };
}

/** Sidecars as a program reads them. */
function report(context: string, rows: readonly Row[], counts: Counts) {
  const sidecars = rows.map(({ namespace, pod, container, sidecar, state, mode, ...images }) => ({
    namespace,
    pod,
    container,
    sidecar,
    state,
    mode,
    image: images.image,
    definitionImage: images.definitionImage,
    difference: images.difference,
    from: images.from,
    by: images.by,
  }));
  return { context, sidecars, counts };
}

/** Who put a sidecar in stands there only where it is not the webhook everywhere. */
function inTable(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const columns = rows.some(({ by }) => by !== undefined)
    ? allColumns
    : allColumns.filter(({ header }) => header !== 'BY');
  const lines = rows.map(row => columns.map(({ cell }) => cell(row) ?? ''));
  return table([columns.map(({ header }) => header), ...lines]);
}

interface Column {
  readonly header: string;
  readonly cell: (row: Row) => string | undefined;
}

const allColumns: readonly Column[] = [
  { header: 'NAMESPACE', cell: row => row.namespace },
  { header: 'POD', cell: row => row.pod },
  { header: 'SIDECAR', cell: row => row.container },
  { header: 'STATE', cell: row => row.state },
  { header: 'MODE', cell: row => row.mode },
  { header: 'BY', cell: row => (row.image === undefined ? '' : (row.by ?? 'webhook')) },
  { header: 'IMAGE', cell: row => row.image },
  { header: 'DEFINITION', cell: row => row.definitionImage },
  {
    header: 'DIFFERENCE',
    cell: row => row.difference && differenceInWords(row.difference, row),
  },
];
