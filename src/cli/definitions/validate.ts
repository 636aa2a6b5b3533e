import { join } from 'node:path';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { parseDefinition } from '../../sidecars/parse-definition.ts';
import { reviewDefinition } from '../../sidecars/review/review-definition.ts';
import { readSidecarFiles } from '../../sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../../sidecars/sidecar-set.ts';
import { engineProblems } from '../../trial/engine-problems.ts';
import { attempt } from '../attempt.ts';
import { type Command, complain, exitCodes } from '../command.ts';
import { askApiServer } from './ask-api-server.ts';
import { readValidateChoice, type ValidateChoice, validateOptionsUsage } from './validate-choice.ts';

/** Checks definition files and prints everything that is wrong with them or that a careful operator would change. */
export const validate: Command = {
  usage: `usage: sidecar-injector validate [DIR] [options]

Checks every definition in DIR (default: sidecars) and prints one line for each error and each finding.

${validateOptionsUsage}

exit code 0: all is well; 1: an error, a file cannot be used or there is none, or the API server cannot be asked;
2: wrong usage; 3: findings only`,
  run: async args => {
    const { choice, problem } = readValidateChoice(args);
    if (choice === undefined) {
      complain([problem]);
      return exitCodes.usage;
    }
    try {
      return await validateDirectory(choice);
    } catch (error) {
      complain((error instanceof Error ? error.message : String(error)).split('\n'));
      return exitCodes.failure;
    }
  },
};

async function validateDirectory({ directory, apiServer }: ValidateChoice): Promise<number> {
  const files = await attempt('cannot read the directory', readSidecarFiles(directory));
  if (files.length === 0) {
    complain([`no definitions in "${directory}"; they are files that end in .yaml`]);
    return exitCodes.failure;
  }
  const { problems: unread, sidecars } = nextSidecarSet(emptySidecarSet, files);
  const readings = files.flatMap(({ name, text }) => {
    const reading = text === undefined ? undefined : parseDefinition(name, text);
    return reading?.definition ? [reading] : [];
  });
  const problems = [
    ...unread,
    ...readings.flatMap(({ definition, source }) => engineProblems(definition, source)),
    ...(apiServer === undefined ? [] : await askApiServer(apiServer, readings)),
  ];
  const remarks = readings.flatMap(({ definition, source, spec }) =>
    reviewDefinition(source, spec, definition),
  );
  const inDirectory = (found: (typeof problems)[number]) =>
    inOneLine({ ...found, file: join(directory, found.file) });
  for (const problem of problems) process.stdout.write(`${inDirectory(problem)} (error)\n`);
  for (const remark of remarks) process.stdout.write(`${inDirectory(remark)} (finding: ${remark.finding})\n`);
  const counts = `${problems.length} errors, ${remarks.length} findings`;
  process.stdout.write(`${files.length} files, ${sidecars.size} sidecars: ${counts}\n`);
  if (problems.length > 0) return exitCodes.failure;
  return remarks.length > 0 ? exitCodes.findings : exitCodes.ok;
}
