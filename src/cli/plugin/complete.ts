import { setTimeout as sleep } from 'node:timers/promises';
import { print } from '../print.ts';
import { type Candidates, type CommandList, candidatesFor, directives } from './candidates.ts';
import { knownValues } from './known-values.ts';

/**
 * What shells and kubectl ask while somebody types. Prints what can stand in the place of the last word, a line each, and what the shell is to do with it. Whatever goes
 * wrong, and whoever does not answer in time: nobody who types wants to read of it.
 */
export async function complete(words: readonly string[], commands: CommandList): Promise<void> {
  const found = candidatesFor(words, commands, knownValues).catch(() => failed);
  const { values, directive } = await Promise.race([found, sleep(patienceMs, failed)]);
  const lines = values.map(([value, description]) =>
    description === undefined ? value : `${value}\t${description}`,
  );
  await print(`${[...lines, `:${directive}`].join('\n')}\n`);
}

const failed: Candidates = { values: [], directive: directives.error | directives.noFiles };

const patienceMs = 2000;
