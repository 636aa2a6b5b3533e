import { parseDefinition } from '../../sidecars/parse-definition.ts';
import { reviewDefinition } from '../../sidecars/review/review-definition.ts';
import { emptySidecarSet, nextSidecarSet } from '../../sidecars/sidecar-set.ts';
import { engineProblems } from '../../trial/engine-problems.ts';
import { type Command, complain, exitCodes } from '../command.ts';
import { type ApiServerChoice, askApiServer } from './ask-api-server.ts';
import { type DefinitionFiles, readDefinitionFiles } from './definition-files.ts';
import { readValidateChoice, type ValidateChoice, validateOptionsUsage } from './validate-choice.ts';
import { type Validation, validationJson, validationText } from './validation.ts';

/** Checks definition files and prints everything that is wrong with them or that a careful operator would change. */
export const validate: Command = {
  usage: `usage: sidecar-injector validate [FILE|DIR …] [options]

Checks definitions (default: those in sidecars) and prints one line for each error, each finding, and each finding that the
definition accepts. Files are judged as one set, each directory as a set of its own.

${validateOptionsUsage}

exit code 0: all is well; 1: an error, a file cannot be used or there is none, or the API server cannot be asked;
2: wrong usage; 3: findings that nothing accepts`,
  run: async args => {
    const { choice, problem } = readValidateChoice(args);
    if (choice === undefined) {
      complain([problem]);
      return exitCodes.usage;
    }
    try {
      return await validatePaths(choice);
    } catch (error) {
      complain((error instanceof Error ? error.message : String(error)).split('\n'));
      return exitCodes.failure;
    }
  },
};

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
  process.stdout.write(output === 'json' ? validationJson(all) : validationText(all));
  if (all.errors.length > 0) return exitCodes.failure;
  return all.findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

async function validationOf(
  files: DefinitionFiles,
  apiServer: ApiServerChoice | undefined,
): Promise<Validation> {
  const { problems, sidecars } = nextSidecarSet(emptySidecarSet, files);
  const all = files.flatMap(({ name, text }) => (text === undefined ? [] : parseDefinition(name, text)));
  const readings = all.flatMap(reading => (reading.definition ? [reading] : []));
  const errors = [
    ...problems,
    ...readings.flatMap(({ definition, source }) => engineProblems(definition, source)),
    ...(apiServer === undefined ? [] : await askApiServer(apiServer, readings)),
  ];
  // Of a file with errors as much as is sure whatever comes of them.
  const legible = all.flatMap(reading => (reading.definition ? [reading] : (reading.rest ?? [])));
  const found = legible.flatMap(({ definition, source, spec }) => reviewDefinition(source, spec, definition));
  return {
    files: files.length,
    sidecars: sidecars.size,
    errors,
    findings: found.filter(({ reason }) => reason === undefined),
    accepted: found.filter(({ reason }) => reason !== undefined),
  };
}
