import { basename, dirname } from 'node:path';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { parseDefinition } from '../../sidecars/parse-definition.ts';
import type { ParameterTexts } from '../../sidecars/samples/parameter-texts.ts';
import { leastOf } from '../../sidecars/samples/scenarios.ts';
import { readSidecarFile } from '../../sidecars/sidecar-directory.ts';
import { addedToPod } from '../../trial/added-to-pod.ts';
import { type Trial, tryDefinition } from '../../trial/try-definition.ts';
import { type Command, complain, exitCodes } from '../command.ts';
import { type FlagValues, readFlags } from '../read-flags.ts';
import { kubernetesYaml } from './kubernetes-yaml.ts';

/** Prints what a definition puts into a pod, by the engine of the webhook. */
export const render: Command = {
  usage: `usage: sidecar-injector render FILE [options]

Prints what the definition in FILE puts into a pod, for each mode that it has: init containers, containers, volumes,
annotations, and below "app" what a container of the app gets. Required parameters that are not set have
sample values.

      --set PARAMETER=VALUE  a value as an annotation would have it (repeatable); the value of the annotation itself is
                             set by the name of its own parameter
      --mode MODE            this mode alone
  -o, --output yaml|json     form of the output (default: yaml)

exit code 0: printed; 1: the file has errors, or a pod would be refused; 2: wrong usage`,
  run: async args => {
    const { choice, problem } = readChoice(args);
    if (choice === undefined) {
      complain([problem]);
      return exitCodes.usage;
    }
    return renderFile(choice);
  },
};

interface Choice {
  readonly file: string;
  readonly set: ParameterTexts;
  readonly mode: string | undefined;
  readonly output: 'yaml' | 'json';
}

type ChoiceReading =
  | { readonly choice: Choice; readonly problem?: never }
  | { readonly choice?: never; readonly problem: string };

const options = {
  set: { type: 'string', multiple: true },
  mode: { type: 'string' },
  output: { type: 'string', short: 'o', default: 'yaml' },
} as const;

function readChoice(args: readonly string[]): ChoiceReading {
  const flags = readFlags(args, options, { allowPositionals: true });
  return flags.values ? choiceOf(flags.values, flags.positionals) : flags;
}

function choiceOf(
  { set: settings = [], mode, output }: FlagValues<typeof options>,
  [file, ...others]: readonly string[],
): ChoiceReading {
  if (file === undefined || others.length > 0) return { problem: 'render takes one file' };
  if (output !== 'yaml' && output !== 'json')
    return { problem: `--output: got "${output}"; use yaml or json` };
  const { set, problem } = readSettings(settings);
  return set ? { choice: { file, set, mode, output } } : { problem };
}

type SettingsReading =
  | { readonly set: ParameterTexts; readonly problem?: never }
  | { readonly set?: never; readonly problem: string };

function readSettings(settings: readonly string[]): SettingsReading {
  const set = new Map<string, string>();
  for (const setting of settings) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (name === '') return { problem: `--set: got "${setting}"; use PARAMETER=VALUE` };
    if (name === 'mode') return { problem: `--set ${setting}: use --mode ${value}` };
    if (set.has(name)) return { problem: `--set: "${name}" is set twice` };
    set.set(name, value);
  }
  return { set };
}

async function renderFile(choice: Choice): Promise<number> {
  const { file } = choice;
  const { text, unreadable } = { unreadable: '', ...(await readSidecarFile(dirname(file), basename(file))) };
  if (text === undefined) {
    complain([`cannot read ${file}: ${unreadable}`]);
    return exitCodes.failure;
  }
  const { definition, problems = [] } = { problems: [], ...parseDefinition(file, text) };
  for (const problem of problems) process.stdout.write(`${inOneLine(problem)} (error)\n`);
  return definition === undefined ? exitCodes.failure : renderDefinition(definition, choice);
}

function renderDefinition(definition: SidecarDefinition, { set, mode, output }: Choice): number {
  const texts = leastOf(definition, set) ?? withSamples(definition, set);
  const trials = tryDefinition(definition, texts, mode === undefined ? definition.modes : [mode]);
  const refusals = trials.flatMap(({ decision }) =>
    decision.outcome === 'refused' ? decision.refusals.map(({ message }) => message) : [],
  );
  if (refusals.length > 0) {
    complain([...new Set(refusals)]);
    return exitCodes.failure;
  }
  const warnings = trials.flatMap(({ decision }) => decision.warnings.map(({ message }) => message));
  for (const warning of new Set(warnings)) process.stderr.write(`warning: ${warning}\n`);
  const samples = Object.fromEntries([...texts].filter(([name]) => name !== '' && !set.has(name)));
  const rendered = trials.map(trial => renderedTrial(trial, samples));
  process.stdout.write(output === 'json' ? inJson(rendered) : inYaml(rendered));
  return exitCodes.ok;
}

/** Where no sample fits beside what is set, the engine says what is wrong with that. */
function withSamples({ parameters, switchValue }: SidecarDefinition, set: ParameterTexts): ParameterTexts {
  const wanted = [...parameters.values(), ...switchValue.parameters].filter(
    parameter => parameter.isRequired || switchValue.parameters.includes(parameter),
  );
  const samples = wanted.flatMap(({ name, samples }) =>
    samples()
      .slice(0, 1)
      .map(text => [name, text] as const),
  );
  return new Map([...samples, ...set]);
}

interface Rendered {
  readonly mode: string;
  /** The values that nobody set. */
  readonly samples: Readonly<Record<string, string>>;
  readonly added: Readonly<Record<string, unknown>>;
}

function renderedTrial({ mode, decision }: Trial, samples: Rendered['samples']): Rendered {
  if (decision.outcome !== 'injected') return { mode, samples, added: {} };
  return { mode: decision.sidecars[0]?.mode ?? mode, samples, added: addedToPod(decision.operations) };
}

function inJson(rendered: readonly Rendered[]): string {
  const list = rendered.map(({ mode, samples, added }) => ({ mode, sampleValues: samples, ...added }));
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

function inYaml(rendered: readonly Rendered[]): string {
  return rendered
    .map(({ mode, samples, added }) => {
      const values = Object.entries(samples).map(([name, text]) => `${name}=${text}`);
      const comment = values.length === 0 ? '' : `# sample values: ${values.join(' ')}\n`;
      return `# mode ${mode}\n${comment}${kubernetesYaml(added)}`;
    })
    .join('---\n');
}
