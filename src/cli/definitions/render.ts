import { basename, dirname } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import type { InjectionPolicy } from '../../injection/policy.ts';
import { InjectorError } from '../../injector-error.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { parseDefinition } from '../../sidecars/parse-definition.ts';
import type { ParameterTexts } from '../../sidecars/samples/parameter-texts.ts';
import { leastOf } from '../../sidecars/samples/scenarios.ts';
import { readSidecarFile } from '../../sidecars/sidecar-file-reader.ts';
import { emptySidecarSet, nextSidecarSet } from '../../sidecars/sidecar-set.ts';
import { addedToPod } from '../../trial/added-to-pod.ts';
import { type Trial, tryDefinition } from '../../trial/try-definition.ts';
import { configOption, namespacesOption } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { repeatableOption } from '../repeatable-option.ts';
import { UsageError } from '../usage-error.ts';
import { type InheritedAnnotation, inheritedAnnotations } from './inherited-annotations.ts';
import { kubernetesYaml } from './kubernetes-yaml.ts';
import type { PodPlaceChoice } from './place-of-pods.ts';

/** Prints what a definition puts into a pod, by the engine of the webhook. */
export const render = defineCommand({
  name: 'render',
  description: `Prints what a definition puts into a pod, for each mode that it has: init containers, containers, volumes,
annotations, and below "app" what a container of the app gets. Required parameters that are not set have sample values.

With --namespaces or --config the values count that pods inherit there from their namespace and from rules of the
configuration, unless --set says otherwise; each is printed with where it comes from.`,
  examples: [
    ['render sidecars/git-sync.yaml', 'in each mode, with sample values'],
    [
      'render sidecars/git-sync.yaml --set period=5m --mode native',
      'with a value that an annotation would set',
    ],
    [
      'render sidecars/git-sync.yaml --namespaces namespaces.yaml -n shop',
      'as pods of namespace shop get it',
    ],
  ],
  exits: { ok: 'printed', failure: 'the file has errors, or a pod would be refused' },
  parser: parser =>
    parser
      .argument('<file>', 'the definition')
      .addOption(setOption)
      .option('--mode <mode>', 'this mode alone')
      .addOption(namespacesOption)
      .addOption(homeOption)
      .addOption(configOption)
      .addOption(outputOption(['yaml', 'json'])),
  run: ({ operands: [file], options: { set = [], mode, output, ...place } }) =>
    renderFile({ file, set: readSettings(set), mode, output, place }),
});

const setOption = repeatableOption(
  '--set <parameter=value>',
  'a value as an annotation would have it; that of the annotation itself is set by the name of its own parameter',
);

const homeOption = new Option(
  '-n, --namespace <name>',
  'the namespace of the pods (default: the one of --namespaces, or default)',
);

interface Choice {
  readonly file: string;
  readonly set: ParameterTexts;
  readonly mode: string | undefined;
  readonly output: 'yaml' | 'json';
  readonly place: PodPlaceChoice;
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
  if (definition === undefined) return exitCodes.failure;
  // Of what it takes to know a place nothing is loaded where none is named.
  return Object.values(choice.place).some(named => named !== undefined)
    ? renderInPlace({ name: basename(file), text }, definition, choice)
    : renderDefinition(definition, { ...choice, inherited: [], policy: undefined });
}

async function renderInPlace(
  file: { readonly name: string; readonly text: string },
  definition: SidecarDefinition,
  choice: Choice,
): Promise<number> {
  const { placeOfPods } = await import('./place-of-pods.ts');
  const { settings, sources, policy } = await placeOfPods(choice.place);
  const set = nextSidecarSet(emptySidecarSet, [file], settings);
  const preset = set.sidecars.get(definition.name) ?? set.next.get(definition.name) ?? definition;
  const said = new Set([...choice.set.keys(), ...(choice.mode === undefined ? [] : ['mode'])]);
  const isOverruled = ({ texts }: InheritedAnnotation) => [...texts.keys()].every(name => said.has(name));
  const inherited = inheritedAnnotations(preset, sources).filter(found => !isOverruled(found));
  return renderDefinition(preset, { ...choice, inherited, policy });
}

interface Inheriting extends Choice {
  readonly inherited: readonly InheritedAnnotation[];
  /** Undefined for the one of who configures nothing. */
  readonly policy: InjectionPolicy | undefined;
}

async function renderDefinition(
  definition: SidecarDefinition,
  { set: own, mode: wanted, output, inherited, policy }: Inheriting,
): Promise<number> {
  const theirs = new Map(inherited.flatMap(({ texts }) => [...texts]));
  const mode = wanted ?? theirs.get('mode');
  theirs.delete('mode');
  const set = new Map([...theirs, ...own]);
  const texts = leastOf(definition, set) ?? withSamples(definition, set);
  const trials = tryDefinition(definition, texts, mode === undefined ? definition.modes : [mode], policy);
  const refusals = trials.flatMap(({ decision }) =>
    decision.outcome === 'refused' ? decision.refusals.map(({ message }) => message) : [],
  );
  if (refusals.length > 0) {
    throw new InjectorError([...new Set(refusals)].join('\n'));
  }
  const warnings = trials.flatMap(({ decision }) => decision.warnings.map(({ message }) => message));
  for (const warning of new Set(warnings)) tell(`warning: ${warning}`);
  const samples = Object.fromEntries([...texts].filter(([name]) => name !== '' && !set.has(name)));
  const rendered = trials.map(trial => ({ ...renderedTrial(trial, samples), inherited }));
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
  readonly inherited: readonly InheritedAnnotation[];
  readonly added: Readonly<Record<string, unknown>>;
}

function renderedTrial({ mode, decision }: Trial, samples: Rendered['samples']): Omit<Rendered, 'inherited'> {
  if (decision.outcome !== 'injected') return { mode, samples, added: {} };
  return { mode: decision.sidecars[0]?.mode ?? mode, samples, added: addedToPod(decision.operations) };
}

function inJson(rendered: readonly Rendered[]): string {
  const list = rendered.map(({ mode, samples, inherited, added }) => ({
    mode,
    sampleValues: samples,
    ...(inherited.length === 0 ? {} : { inheritedValues: inherited.map(inheritedJson) }),
    ...added,
  }));
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

function inYaml(rendered: readonly Rendered[]): string {
  return rendered
    .map(({ mode, samples, inherited, added }) => {
      const values = Object.entries(samples).map(([name, text]) => `${name}=${text}`);
      const comment = values.length === 0 ? '' : `# sample values: ${values.join(' ')}\n`;
      const lines = inherited.map(annotation => `# ${oneLine(inheritedText(annotation), maxLineLength)}\n`);
      return `# mode ${mode}\n${lines.join('')}${comment}${kubernetesYaml(added)}`;
    })
    .join('---\n');
}

/** As long as a value may be. */
const maxLineLength = 5000;

function inheritedText({ key, value, from }: InheritedAnnotation): string {
  return `${from}: ${key}=${value}`;
}

function inheritedJson({ key, value, from }: InheritedAnnotation) {
  return { annotation: key, value, from };
}
