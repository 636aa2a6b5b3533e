/** Options of commands that work on the pods of a fleet. */
import { Option, type OptionValues, type Command as Parser } from '@commander-js/extra-typings';
import { parseShare, type Share } from '../../fleet/share.ts';
import { parseDurationSeconds } from '../../sidecars/parameters/types/duration.ts';
import { outputOption } from '../output-option.ts';
import { UsageError } from '../usage-error.ts';

/** How fast and how carefully pods are moved. */
export interface FleetSettings {
  /** Of each workload. */
  readonly maxUnavailable: Share;
  /** Over all workloads. */
  readonly parallel: number;
  readonly waves: readonly Share[];
  readonly bakeMs: number;
  readonly verify: string | undefined;
  readonly areBudgetsIgnored: boolean;
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  readonly output: 'text' | 'json';
}

/** Gives a parser the options of a command that moves pods beside those that say which ones. */
export function withFleetOptions<Options extends OptionValues>(parser: Parser<[], Options>) {
  return parser
    .addOption(
      new Option('--max-unavailable <n|n%>', 'how many pods of a workload may be missing at once')
        .default<Share>({ count: 1 }, '1')
        .argParser(readMaxUnavailable),
    )
    .addOption(
      new Option('--parallel <n>', 'how many pods may be under way at once, over all workloads')
        .default(50)
        .argParser(readParallel),
    )
    .addOption(
      new Option(
        '--waves <list>',
        'how many pods have been moved after each wave, as in 1,5%,25%,100%; whole workloads are rounded up, and what is left is a last wave',
      )
        .default<readonly Share[]>([], 'all at once')
        .argParser(readWaves),
    )
    .addOption(
      new Option('--bake <duration>', 'how long the moved pods are watched before the next wave')
        .default(0, '0s')
        .argParser(readBake),
    )
    .option('--verify <command>', 'shell command after each wave; the run stops where it fails')
    .option('--ignore-disruption-budgets', 'do not ask PodDisruptionBudgets')
    .addOption(
      new Option(
        '--timeout <duration>',
        'how long the sidecars of a pod may take until they are up again, a budget until it lets a pod go, and the command of --verify',
      )
        .default(300, '5m')
        .argParser(readTimeout),
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(outputOption(['text', 'json']));
}

/** What a parser has read of {@link withFleetOptions}. */
export interface FleetOptions {
  readonly maxUnavailable: Share;
  readonly parallel: number;
  readonly waves: readonly Share[];
  readonly bake: number;
  readonly verify?: string | undefined;
  readonly ignoreDisruptionBudgets?: true | undefined;
  readonly timeout: number;
  readonly dryRun?: true | undefined;
  readonly output: 'text' | 'json';
}

/** The settings that options stand for. */
export function fleetSettings(options: FleetOptions): FleetSettings {
  const { maxUnavailable, parallel, waves, bake, verify, timeout, output } = options;
  return {
    ...{ maxUnavailable, parallel, waves, verify, output },
    bakeMs: bake * 1000,
    timeoutMs: timeout * 1000,
    areBudgetsIgnored: options.ignoreDisruptionBudgets ?? false,
    isDryRun: options.dryRun ?? false,
  };
}

/** @throws UsageError */
function readMaxUnavailable(text: string): Share {
  const share = parseShare(text);
  if (share !== undefined) return share;
  throw new UsageError(
    `--max-unavailable: got "${text}"; use a whole number from 1 to 9999999 or a percentage from 1% to 100%`,
  );
}

/** @throws UsageError */
function readParallel(text: string): number {
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--parallel: got "${text}"; use a whole number from 1 to 9999`);
}

/** @throws UsageError */
function readWaves(text: string): readonly Share[] {
  const parts = text.split(',', maxWaves + 1);
  const shares = parts.flatMap(part => parseShare(part.trim()) ?? []);
  if (shares.length === parts.length && parts.length <= maxWaves) return shares;
  throw new UsageError(
    `--waves: got "${text}"; use at most ${maxWaves} numbers or percentages of pods, as in 1,5%,25%,100%`,
  );
}

const maxWaves = 100;

/** @throws UsageError */
function readBake(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new UsageError(`--bake: got "${text}"; use a duration such as 90s or 10m`);
}

/** @throws UsageError */
function readTimeout(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new UsageError(`--timeout: got "${text}"; use a duration such as 90s or 5m`);
}
