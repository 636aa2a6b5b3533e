import { type Validation, validateDefinitions } from '../../trial/validate-definitions.ts';
import { kubeconfigOption } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { outputOption } from '../output-option.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { type ApiServerChoice, askApiServer } from './ask-api-server.ts';
import { type DefinitionFiles, readDefinitionFiles } from './definition-files.ts';
import { validationJson, validationText } from './validation.ts';

/** Checks definition files and prints everything that is wrong with them or that a careful operator would change. */
export const validate = defineCommand({
  name: 'validate',
  description: `Checks definitions and prints one line for each error, each finding, and each finding that the definition
accepts. Files are judged as one set, each directory as a set of its own.`,
  examples: [
    ['validate', 'the definitions in sidecars'],
    ['validate drafts/logs.yaml', 'one file'],
    ['validate sidecars --context staging', 'has an API server judge, by dry run, the pods that they make'],
  ],
  exits: {
    ok: 'all is well',
    failure: 'an error, a file cannot be used or there is none, or the API server cannot be asked',
    findings: 'findings that nothing accepts',
  },
  parser: parser =>
    parser
      .argument('[path...]', 'files and directories (default: sidecars)')
      .option('--context <name>', 'have the API server of this context judge the pods that definitions make')
      .addOption(kubeconfigOption)
      .option('-n, --namespace <name>', "the namespace that the pods would be in (default: the context's)")
      .addOption(outputOption(['text', 'json'])),
  run: ({ operands: [paths], options: { output, ...options } }) =>
    validatePaths({
      paths: paths.length === 0 ? ['sidecars'] : paths,
      output,
      apiServer: apiServerOf(options),
    }),
});

/** What validate is told. */
interface ValidateChoice {
  /** Files and directories. */
  readonly paths: readonly string[];
  readonly output: 'text' | 'json';
  /** The API server that is asked; none where undefined. */
  readonly apiServer: ApiServerChoice | undefined;
}

/** @throws UsageError */
function apiServerOf({
  context,
  kubeconfig,
  namespace,
}: Partial<ApiServerChoice>): ApiServerChoice | undefined {
  if (context !== undefined) return { context, kubeconfig, namespace };
  const stray = Object.entries({ kubeconfig, namespace }).find(([, value]) => value !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray[0]} has no use without --context`);
  return undefined;
}

async function validatePaths({ paths, output, apiServer }: ValidateChoice): Promise<number> {
  const validations: Validation[] = [];
  for (const files of await readDefinitionFiles(paths))
    validations.push(await validationOf(files, apiServer));
  const all: Validation = {
    files: validations.reduce((sum, { files }) => sum + files, 0),
    sidecars: validations.reduce((sum, { sidecars }) => sum + sidecars, 0),
    errors: validations.flatMap(({ errors }) => errors),
    findings: validations.flatMap(({ findings }) => findings),
    accepted: validations.flatMap(({ accepted }) => accepted),
  };
  await print(output === 'json' ? validationJson(all) : validationText(all));
  if (all.errors.length > 0) return exitCodes.failure;
  return all.findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

async function validationOf(
  files: DefinitionFiles,
  apiServer: ApiServerChoice | undefined,
): Promise<Validation> {
  const { usable, ...validation } = validateDefinitions(files);
  if (apiServer === undefined) return validation;
  const refused = await askApiServer(apiServer, usable);
  return { ...validation, errors: [...validation.errors, ...refused] };
}
