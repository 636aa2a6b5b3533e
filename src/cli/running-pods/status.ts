import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { differences, type SidecarState, type SurveyedSidecar } from '../../running-pods/survey-pod.ts';
import { type Command, complain, exitCodes } from '../command.ts';
import { readFlags } from '../read-flags.ts';
import { connectToPods } from './connect-to-pods.ts';
import { type PodChoice, podOptions, podOptionsUsage, problemOfChoice } from './pod-options.ts';
import { table } from './table.ts';

/** Lists the sidecars of running pods: injected, outdated or bare. */
export const status: Command = {
  usage: `usage: sidecar-injector status [options]

Lists the sidecars of running pods: injected as the definitions say, outdated, or bare, which is an annotated pod
without its sidecar. The context and the number of each are told on standard error.

${podOptionsUsage}
  -o, --output table|json  form of the list (default: table)

exit code 0: all are injected; 1: the pods cannot be listed; 2: wrong usage; 3: some are outdated or bare`,
  run: async args => {
    const options = { ...podOptions, output: { type: 'string', short: 'o', default: 'table' } } as const;
    const { values, problem } = readFlags(args, options);
    const complaint = problem ?? problemOfChoice(values) ?? problemOfOutput(values.output);
    if (values === undefined || complaint !== undefined) {
      complain([complaint ?? '']);
      return exitCodes.usage;
    }
    try {
      return await list(values, values.output);
    } catch (error) {
      complain((error instanceof Error ? error.message : String(error)).split('\n'));
      return exitCodes.failure;
    }
  },
};

const outputs: readonly string[] = ['table', 'json'];

function problemOfOutput(output: string): string | undefined {
  return outputs.includes(output) ? undefined : `--output: got "${output}"; use ${outputs.join(' or ')}`;
}

interface Row extends SurveyedSidecar {
  readonly namespace: string;
  readonly pod: string;
}

async function list(choice: PodChoice, output: string): Promise<number> {
  const { pods, selection, context, where, survey } = await connectToPods(choice);
  process.stderr.write(`${where}\n`);
  const rows = (await pods.list(selection)).flatMap(pod => rowsOf(pod, survey(pod)));
  const counts = countStates(rows);
  process.stdout.write(
    output === 'json' ? `${JSON.stringify(report(context, rows, counts), undefined, 2)}\n` : inTable(rows),
  );
  const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  process.stderr.write(rows.length === 0 ? 'no sidecars found\n' : `${words.join(', ')}\n`);
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
  }));
  return { context, sidecars, counts };
}

function inTable(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const header = ['NAMESPACE', 'POD', 'SIDECAR', 'STATE', 'MODE', 'IMAGE', 'DEFINITION', 'DIFFERENCE'];
  const lines = rows.map(({ namespace, pod, container, state, mode = '', ...others }) => {
    const { image = '', definitionImage = '', difference } = others;
    const reason = difference === undefined ? '' : differences[difference];
    return [namespace, pod, container, state, mode, image, definitionImage, reason];
  });
  return table([header, ...lines]);
}
