import { basename, dirname } from 'node:path';
import { InjectorError } from '../../injector-error.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { parseDefinition } from '../../sidecars/parse-definition.ts';
import type { ParameterTexts } from '../../sidecars/samples/parameter-texts.ts';
import { leastOf } from '../../sidecars/samples/scenarios.ts';
import { readSidecarFile } from '../../sidecars/sidecar-directory.ts';
import { addedToPod } from '../../trial/added-to-pod.ts';
import { type Trial, tryDefinition } from '../../trial/try-definition.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { repeatableOption } from '../repeatable-option.ts';
import { UsageError } from '../usage-error.ts';
import { kubernetesYaml } from './kubernetes-yaml.ts';

/** Prints what a definition puts into a pod, by the engine of the webhook. */
export const render = defineCommand({
  name: 'render',
  description: `Prints what a definition puts into a pod, for each mode that it has: init containers, containers, volumes,
annotations, and below "app" what a container of the app gets. Required parameters that are not set have sample values.`,
  examples: [
    ['render sidecars/git-sync.yaml', 'in each mode, with sample values'],
    [
      'render sidecars/git-sync.yaml --set period=5m --mode native',
      'with a value that an annotation would set',
    ],
  ],
  exits: { ok: 'printed', failure: 'the file has errors, or a pod would be refused' },
  parser: parser =>
    parser
      .argument('<file>', 'the definition')
      .addOption(setOption)
      .option('--mode <mode>', 'this mode alone')
      .addOption(outputOption(['yaml', 'json'])),
  run: ({ operands: [file], options: { set = [], mode, output } }) =>
    renderFile({ file, set: readSettings(set), mode, output }),
});

const setOption = repeatableOption(
  '--set <parameter=value>',
  'a value as an annotation would have it; that of the annotation itself is set by the name of its own parameter',
);

interface Choice {
  readonly file: string;
  readonly set: ParameterTexts;
  readonly mode: string | undefined;
  readonly output: 'yaml' | 'json';
}

/** @throws UsageError */
function readSettings(settings: readonly string[]): ParameterTexts {
  const set = new Map<string, string>();
  for (const setting of settings) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (name === '') throw new UsageError(`--set: got "${setting}"; use PARAMETER=VALUE`);
    if (name === 'mode') throw new UsageError(`--set ${setting}: use --mode ${value}`);
    if (set.has(name)) throw new UsageError(`--set: "${name}" is set twice`);
    set.set(name, value);
  }
  return set;
}

async function renderFile(choice: Choice): Promise<number> {
  const { file } = choice;
  const { text, unreadable } = { unreadable: '', ...(await readSidecarFile(dirname(file), basename(file))) };
  if (text === undefined) {
    throw new InjectorError(`cannot read ${file}: ${unreadable}`);
  }
  const { definition, problems = [] } = { problems: [], ...parseDefinition(file, text) };
  for (const problem of problems) await print(`${inOneLine(problem)} (error)\n`);
  return definition === undefined ? exitCodes.failure : renderDefinition(definition, choice);
}

async function renderDefinition(
  definition: SidecarDefinition,
  { set, mode, output }: Choice,
): Promise<number> {
  const texts = leastOf(definition, set) ?? withSamples(definition, set);
  const trials = tryDefinition(definition, texts, mode === undefined ? definition.modes : [mode]);
  const refusals = trials.flatMap(({ decision }) =>
    decision.outcome === 'refused' ? decision.refusals.map(({ message }) => message) : [],
  );
  if (refusals.length > 0) {
    throw new InjectorError([...new Set(refusals)].join('\n'));
  }
  const warnings = trials.flatMap(({ decision }) => decision.warnings.map(({ message }) => message));
  for (const warning of new Set(warnings)) tell(`warning: ${warning}`);
  const samples = Object.fromEntries([...texts].filter(([name]) => name !== '' && !set.has(name)));
  const rendered = trials.map(trial => renderedTrial(trial, samples));
  await print(output === 'json' ? inJson(rendered) : inYaml(rendered));
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
