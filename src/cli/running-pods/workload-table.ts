import { differenceInWords } from '../../running-pods/difference.ts';
import type { SidecarState } from '../../running-pods/survey-pod.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { shownCell, withContext } from './pod-table.ts';
import type { StatusOutput } from './status-output.ts';
import {
  countedWith,
  findUnusual,
  isColumnShown,
  noneCounted,
  type StatusCounts,
  type StatusRow,
  versionOf,
  whoPutIn,
} from './status-rows.ts';

/** A sidecar of all pods of a workload. */
interface Sum {
  readonly namespace: string;
  /** As in `Deployment/web`. */
  readonly workload: string;
  readonly container: string;
  counts: StatusCounts;
  /** How many differ in which way, in words, are of which version, and were put in by whom. */
  readonly differences: Map<string, number>;
  readonly versions: Map<string, number>;
  readonly by: Map<string, number>;
}

/** A table with a line for each sidecar of each workload: how many of its pods have it in which state, and why. */
export class WorkloadTable implements StatusOutput {
  readonly #sums = new Map<string, Sum>();
  readonly #unusual = new Set<string>();
  readonly #context: string | undefined;

  /** The context is a column where it is named. */
  constructor(context: string | undefined) {
    this.#context = context;
  }

  add(rows: readonly StatusRow[], workload: string): void {
    findUnusual(rows, this.#unusual);
    for (const row of rows) {
      const { difference } = row;
      const sum = this.#sumOf(row, workload);
      sum.counts = countedWith(sum.counts, [row]);
      count(sum.by, whoPutIn(row));
      count(sum.versions, versionOf(row));
      count(sum.differences, difference && differenceInWords(difference, row));
    }
  }

  async flush(): Promise<void> {}

  async end(): Promise<void> {
    if (this.#sums.size === 0) return;
    const sums = [...this.#sums.values()];
    const shown = columns.filter(({ header }) => isColumnShown(header, this.#unusual));
    const lines = sums.map(sum => shown.map(({ cell }) => shownCell(cell(sum))));
    await print(table(withContext([shown.map(({ header }) => header), ...lines], this.#context)));
  }

  #sumOf({ namespace, container }: StatusRow, workload: string): Sum {
    const key = JSON.stringify([workload, container]);
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sum: Sum = {
      ...{ namespace, container, counts: noneCounted },
      workload: workload.slice(namespace.length + 1),
      ...{ differences: new Map(), versions: new Map(), by: new Map() },
    };
    this.#sums.set(key, sum);
    return sum;
  }
}

interface Column {
  readonly header: string;
  readonly cell: (sum: Sum) => string;
}

const stateColumn = (state: SidecarState): Column => ({
  header: state.toUpperCase(),
  cell: ({ counts }) => String(counts[state]),
});

const columns: readonly Column[] = [
  { header: 'NAMESPACE', cell: ({ namespace }) => namespace },
  { header: 'WORKLOAD', cell: ({ workload }) => workload },
  { header: 'SIDECAR', cell: ({ container }) => container },
  ...(['injected', 'outdated', 'bare'] as const).map(stateColumn),
  { header: 'VERSION', cell: ({ versions }) => countsInWords(versions) },
  { header: 'BY', cell: ({ by }) => countsInWords(by) },
  { header: 'DIFFERENCE', cell: ({ differences }) => countsInWords(differences) },
];

function count(counts: Map<string, number>, what: string | undefined): void {
  if (what !== undefined) counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** Each with its number where there are several. */
function countsInWords(counts: ReadonlyMap<string, number>): string {
  const [only, ...others] = counts.keys();
  if (others.length === 0) return only ?? '';
  return [...counts].map(([words, number]) => `${number}: ${words}`).join('; ');
}
