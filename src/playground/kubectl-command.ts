import { at } from '../kubernetes/json.ts';
import { operationsOf } from '../written-objects/object-report.ts';
import type { ShownObject } from './show-manifest.ts';

/** The commands that do with an object of a file what the page shows. */
export interface KubectlCommands {
  /** Does it with the file alone; undefined where nothing is to be done. */
  readonly patch: string | undefined;
  /** Asks for it where the object is in a cluster already; undefined for pods, which get a sidecar only when created. */
  readonly annotate: string | undefined;
}

/** Makes the commands; the object stands alone in a file that is named after it. */
export function kubectlCommands(shown: ShownObject): KubectlCommands {
  const operations = shown.making ? operationsOf(shown.making.decision) : [];
  const file = `${shown.name.replace('/', '-').replace(/[^\w.-]/g, '')}.yaml`;
  const patch = shellWord(JSON.stringify(operations));
  return {
    patch:
      operations.length === 0
        ? undefined
        : `kubectl patch --local --filename ${file} --type json --patch ${patch} --output yaml`,
    annotate: annotateCommand(shown),
  };
}

function annotateCommand({ object, making, name, annotations }: ShownObject): string | undefined {
  const own = annotations.filter(({ path }) => path !== undefined);
  if (making === undefined || making.kind === 'Pod' || own.length === 0) return undefined;
  const namespace = at(object, ['metadata', 'namespace']);
  const where = typeof namespace === 'string' ? `--namespace ${shellWord(namespace)} ` : '';
  const settings = own.map(({ key, value }) => shellWord(`${key}=${value}`)).join(' ');
  return `kubectl annotate ${where}--overwrite ${shellWord(name)} ${settings}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
