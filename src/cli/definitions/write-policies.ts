import { join } from 'node:path';
import { makeDirectory } from '../../files/make-directory.ts';
import { putFile } from '../../files/replace-file.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { attempt } from '../attempt.ts';
import { policiesYaml } from './policy-yaml.ts';

/**
 * Writes files with policies into a directory, which is made where it is missing, and tells their paths. Each is replaced as
 * a whole. What else is in the directory stays, because nobody can tell whose it is.
 *
 * @throws InjectorError naming what cannot be made or written; files before it are written then.
 */
export async function writePolicies(
  directory: string,
  files: ReadonlyMap<string, readonly JsonObject[]>,
): Promise<readonly string[]> {
  // All texts are there before the first of them is written.
  const texts = [...files].map(([name, objects]) => [join(directory, name), policiesYaml(objects)] as const);
  await attempt(`cannot make the directory "${directory}"`, makeDirectory(directory, 0o777));
  for (const [path, text] of texts) await attempt(`cannot write "${path}"`, putFile(path, text));
  return texts.map(([path]) => path);
}
