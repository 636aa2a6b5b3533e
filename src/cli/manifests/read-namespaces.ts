import { shownName } from '../../injection/shown-value.ts';
import { InjectorError } from '../../injector-error.ts';
import type { KnownNamespaces } from '../../namespaces/sources-of.ts';
import type { WrittenNamespace } from '../../written-objects/written-namespaces.ts';
import { readManifest } from './read-manifest.ts';

/**
 * Reads the file that `--namespaces` names; empty where it names none.
 *
 * @throws InjectorError where it cannot be read, has no Namespace, or has one twice.
 */
export async function readNamespaces(path: string): Promise<KnownNamespaces> {
  if (path === '') return new Map();
  const text = await readManifest({ name: path, path }, maxBytes);
  // YAML is read for who has such a file alone.
  const { writtenNamespaces } = await import('../../written-objects/written-namespaces.ts');
  const { namespaces, problems } = writtenNamespaces(path, text);
  if (problems.length > 0) throw new InjectorError(problems.join('\n'));
  return keptApart(path, namespaces);
}

function keptApart(path: string, namespaces: readonly WrittenNamespace[]): KnownNamespaces {
  const found = new Map<string, WrittenNamespace>();
  for (const written of namespaces) {
    const { name } = written.facts;
    const earlier = found.get(name);
    if (earlier !== undefined) {
      const places = `${earlier.place} and ${written.place}`;
      throw new InjectorError(`--namespaces: namespace ${shownName(name)} stands at ${places}; keep one`);
    }
    found.set(name, written);
  }
  if (found.size === 0) throw new InjectorError(`--namespaces: ${path} has no Namespace object; ${use}`);
  return new Map([...found].map(([name, { facts }]) => [name, facts]));
}

const use = 'use a file such as kubectl get namespaces -o yaml prints';

/** About what `kubectl get namespaces -o json` prints of 15,000 namespaces. */
const maxBytes = 16 * 1024 * 1024;
