import { Option, type Command as Parser } from '@commander-js/extra-typings';
import { configOption } from '../cluster-options.ts';
import type { HelpSection } from '../command-page.ts';
import { outputOption } from '../output-option.ts';
import { repeatableOption } from '../repeatable-option.ts';
import { UsageError } from '../usage-error.ts';

/** Gives a parser the options that choose manifests and what becomes of them. */
export function withManifestOptions(parser: Parser) {
  return parser
    .argument('[path...]', 'the same as --filename')
    .addOption(
      repeatableOption(
        '-f, --filename <path>',
        'a file, a directory with all that is below it, or - for standard input',
      ),
    )
    .addOption(writeOption)
    .addOption(checkOption)
    .addOption(outputOption(['yaml', 'json', 'patch', 'diff']))
    .addOption(configOption);
}

const writeOption = new Option('--write', 'edit the files in place, and print nothing').conflicts([
  'check',
  'output',
]);

const checkOption = new Option('--check', 'change nothing; print which files would change, and exit with 3');

/** What the help says of them beside the options. */
export const manifestSections: readonly HelpSection[] = [
  {
    title: 'What is read',
    entries: [
      ['files', 'YAML with any number of documents, JSON, and lists such as kubectl prints'],
      [
        'directories',
        'files that end in .yaml, .yml or .json, but for directories of tools, whose names begin with a dot',
      ],
      [
        'objects',
        'Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob, and workloadKinds of the configuration',
      ],
    ],
  },
  {
    title: 'What is printed',
    entries: [
      ['yaml', 'the texts, several as one stream of documents, for kubectl apply -f -'],
      ['json', 'the object as kubectl takes it, several as a List; with --check the files that would change'],
      ['patch', 'one object that says of each pod and workload what becomes of it, with the JSON Patch'],
      ['diff', 'a unified diff, for patch -p1'],
    ],
  },
];

/** What becomes of manifests. */
export interface ManifestChoice {
  /** Files and directories; `-` is standard input. */
  readonly paths: readonly string[];
  readonly write: boolean;
  readonly check: boolean;
  readonly output: 'yaml' | 'json' | 'patch' | 'diff';
}

/** The options as the parser gives them. */
export interface ManifestOptions {
  readonly filename?: readonly string[] | undefined;
  readonly write?: true | undefined;
  readonly check?: true | undefined;
  readonly output: ManifestChoice['output'];
}

/**
 * Puts the options together.
 *
 * @throws UsageError
 */
export function manifestChoice(
  { filename = [], output, ...options }: ManifestOptions,
  operands: readonly string[],
): ManifestChoice {
  const [write, check] = [options.write === true, options.check === true];
  const named = [...filename, ...operands];
  const paths = named.length === 0 ? ['-'] : [...new Set(named)];
  if (write && paths.includes('-'))
    throw new UsageError('--write: standard input is no file that could be edited; name one with -f');
  return { paths, write, check, output };
}

/** Whether nobody has said where the manifests are: neither a path nor what is piped in. */
export function isInputMissing({ filename = [] }: ManifestOptions, operands: readonly string[]): boolean {
  return filename.length + operands.length === 0 && process.stdin.isTTY === true;
}
