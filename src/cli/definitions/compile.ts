import { InjectorError } from '../../injector-error.ts';
import { suggestion } from '../../nearest-name.ts';
import { compilePolicies } from '../../policies/compile-policies.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { versionOfFile } from '../../sidecars/definition-file.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { configOption, offlineSidecarsOption } from '../cluster-options.ts';
import { type Command, defineCommand, exitCodes } from '../command.ts';
import { loadEngine } from '../load-engine.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { lossLine } from './loss-line.ts';
import { policyFiles } from './policy-files.ts';
import { policiesYaml } from './policy-yaml.ts';
import { lossesOfSettings, withSettings } from './settings-in-policies.ts';
import { writePolicies } from './write-policies.ts';

/** The command, with what makes policies of definitions. */
export function compileCommand(compiler: typeof compilePolicies): Command {
  return defineCommand({
    name: 'compile',
    description: `Makes admission policies of definitions, which put sidecars into pods inside of the API server: nothing has
to run. Kubernetes 1.36 or later. The defaults, images, lists and limits of the configuration are written into the policies.

What the policies do not do as the webhook does it is told on standard error, one line for each. Whatever of that an
annotation asks for is refused or told there; docs/policies.md has the table.

The policies know the definitions that they are made of and no others: a pod that asks for another sidecar is refused. So
name all that there are to be, or none, which means all.`,
    examples: [
      ['compile > policies.yaml', 'all definitions; kubectl apply --server-side --filename takes them'],
      ['compile --directory policies', 'a file for each definition, and those for all'],
      ['compile git-sync --strict', 'one definition, and nothing where anything of it would be lost'],
    ],
    exits: {
      ok: 'printed or written, whatever is lost',
      failure: 'a definition has errors, there is none of that name, or a file cannot be written',
      findings: 'with --strict: something is lost; nothing is printed or written',
    },
    parser: parser =>
      parser
        .argument('[sidecar...]', 'definitions by their names (default: all)')
        .option('--directory <dir>', 'write files there, and print their names')
        .option('--strict', 'write nothing where anything is lost')
        .addOption(offlineSidecarsOption)
        .addOption(configOption)
        .addOption(outputOption(['yaml'])),
    run: ({ operands: [names], options }) => run(compiler, names, options),
  });
}

export const compile = compileCommand(compilePolicies);

interface CompileOptions {
  readonly directory?: string | undefined;
  readonly strict?: true | undefined;
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
}

async function run(
  compiler: typeof compilePolicies,
  names: readonly string[],
  { directory, strict, ...choice }: CompileOptions,
): Promise<number> {
  const { config, sidecars, policy } = await loadEngine(choice);
  const compiled = compiler(chosenDefinitions(sidecars, names), policy);
  const report = [...compiled.report, ...lossesOfSettings(config)];
  for (const line of report) tell(lossLine(line));
  if (strict && report.length > 0) {
    tell(`nothing is written, because of --strict: of ${report.length} things less or nothing is done`);
    return exitCodes.findings;
  }
  const objects = withSettings(compiled.objects, config);
  if (directory === undefined) await print(policiesYaml(objects));
  else for (const file of await writePolicies(directory, policyFiles(objects))) await print(`${file}\n`);
  return exitCodes.ok;
}

/**
 * The current versions.
 *
 * @throws InjectorError with all that is wrong with them, or with the names.
 */
function chosenDefinitions(
  { sidecars, problems: all }: SidecarSet,
  names: readonly string[],
): readonly SidecarDefinition[] {
  const problems = all.filter(({ file }) => versionOfFile(file) === 'current');
  if (problems.length > 0) throw new InjectorError(problems.map(inOneLine).join('\n'));
  if (names.length === 0) return [...sidecars.values()];
  const known = [...sidecars.keys()];
  const unknown = names.filter(name => !sidecars.has(name));
  if (unknown.length > 0) {
    const lines = unknown.map(name => `no definition of "${oneLine(name, 80)}"${suggestion(name, known)}`);
    throw new InjectorError(`${lines.join('\n')}; known: ${known.join(', ') || 'none'}`);
  }
  return [...sidecars.values()].filter(({ name }) => names.includes(name));
}
