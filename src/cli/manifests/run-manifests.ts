import { replaceFile } from '../../files/replace-file.ts';
import { InjectorError } from '../../injector-error.ts';
import {
  type DecideObject,
  type EditedManifest,
  editManifest,
} from '../../written-objects/edited-manifest.ts';
import { reportLines } from '../../written-objects/object-report.ts';
import { exitCodes } from '../command.ts';
import { tell } from '../print.ts';
import type { ManifestSource } from './find-manifests.ts';
import type { ManifestChoice } from './manifest-options.ts';
import { printerFor } from './print-manifests.ts';
import { readManifest } from './read-manifest.ts';

/**
 * Edits manifests one after the other and prints or writes each as soon as it is done; what becomes of their objects is
 * told on standard error. Where one cannot be read or edited, or has an object that is refused, nothing of it is printed
 * or written, and the others go on.
 */
export async function runManifests(
  choice: ManifestChoice,
  sources: readonly ManifestSource[],
  decide: DecideObject,
): Promise<number> {
  const printer = printerFor(choice, sources.length);
  const ends = new Set<ManifestEnd>();
  for (const source of sources) {
    const edited = await edit(source, decide);
    ends.add(endOf(edited));
    if (edited === undefined) continue;
    if (!choice.write) await printer.add(edited);
    else if (endOf(edited) === 'changed') ends.add(await write(source, edited));
  }
  if (!choice.write) await printer.end();
  if (ends.has('failed')) return exitCodes.failure;
  return choice.check && ends.has('changed') ? exitCodes.findings : exitCodes.ok;
}

type ManifestEnd = 'failed' | 'changed' | 'unchanged';

function endOf(edited: EditedManifest | undefined): ManifestEnd {
  if (edited === undefined || edited.isRefused) return 'failed';
  return edited.after === edited.before ? 'unchanged' : 'changed';
}

async function edit(source: ManifestSource, decide: DecideObject): Promise<EditedManifest | undefined> {
  const text = await readManifest(source).catch(told);
  if (text === undefined) return undefined;
  const edited = editManifest(source.name, text, decide);
  for (const report of edited.objects) for (const line of reportLines(report)) tell(line);
  for (const { line, message } of edited.problems) tell(`${source.name}:${line}: ${message}`);
  return edited;
}

async function write({ name, path = '' }: ManifestSource, { after }: EditedManifest): Promise<ManifestEnd> {
  try {
    await replaceFile(path, after);
    return 'changed';
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    tell(`sidecar-injector: cannot write "${name}": ${reason}`);
    return 'failed';
  }
}

/** A file that cannot be read stops no other. */
function told(error: unknown): undefined {
  if (!(error instanceof InjectorError)) throw error;
  tell(`sidecar-injector: ${error.message}`);
}
