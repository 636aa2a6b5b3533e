import type { Argument, Option } from '@commander-js/extra-typings';
import { shippedFile } from '../shipped-file.ts';
import { type Candidates, directives, nothing, type TypedOptions } from './candidates.ts';

/** The values that an option or argument can have, as far as they are known without asking for long. */
export async function knownValues(what: Argument | Option, typed: TypedOptions): Promise<Candidates> {
  if (what.argChoices !== undefined) return names(what.argChoices);
  const { name, placeholder } = namesOf(what);
  const found = (await bySubject[name]?.(typed)) ?? byPlaceholder[placeholder.toLowerCase()];
  if (found !== undefined) return found;
  return placeholder.includes('|') ? names(placeholder.split('|')) : nothing;
}

/**
 * What an option is called, and what it calls its value: `context` and `name` for `--context <name>`. Some name all their
 * values: `--tls <local|files|managed>`.
 */
function namesOf(what: Argument | Option) {
  if (!('flags' in what)) return { name: what.name(), placeholder: what.name() };
  return { name: what.name(), placeholder: /[<[]([^>\]]+)/.exec(what.flags)?.[1] ?? '' };
}

const bySubject: Readonly<Record<string, (typed: TypedOptions) => Promise<Candidates>>> = {
  context: contexts,
  namespace: namespaces,
  sidecar: sidecars,
  object: async () => kinds,
  mode: async () => names(['native', 'classic', 'init']),
};

const kinds: Candidates = {
  values: ['pod', 'deployment', 'statefulset', 'daemonset', 'cronjob', 'job'].map(kind => [`${kind}/`]),
  directive: directives.noFiles | directives.noSpace,
};

const files: Candidates = { values: [], directive: directives.files };
const directories: Candidates = { values: [], directive: directives.directories };

const byPlaceholder: Readonly<Record<string, Candidates>> = {
  dir: directories,
  file: files,
  path: files,
};

async function contexts(typed: TypedOptions): Promise<Candidates> {
  const { contextNames } = await import('../../cluster/kubeconfig.ts');
  return names(contextNames(typed.get('--kubeconfig')));
}

async function namespaces(typed: TypedOptions): Promise<Candidates> {
  const { loadContext } = await import('../../cluster/kubeconfig.ts');
  const { ApiClient } = await import('../../cluster/api-client.ts');
  const { namespaceNames } = await import('../../cluster/namespace-names.ts');
  const context = { file: typed.get('--kubeconfig'), context: typed.get('--context')?.split(',', 1)[0] };
  const client = new ApiClient(loadContext(context).access, () => new Date());
  return names(await namespaceNames(client));
}

async function sidecars(typed: TypedOptions): Promise<Candidates> {
  const { readSidecarFiles } = await import('../../sidecars/sidecar-directory.ts');
  const { emptySidecarSet, nextSidecarSet } = await import('../../sidecars/sidecar-set.ts');
  const reading = readSidecarFiles(typed.get('--sidecars') ?? 'sidecars');
  const definitions = await reading.catch(() => readSidecarFiles(shippedFile('sidecars')));
  return names([...nextSidecarSet(emptySidecarSet, definitions).sidecars.keys()]);
}

function names(values: readonly string[]): Candidates {
  return { values: values.map(value => [value]), directive: directives.noFiles };
}
