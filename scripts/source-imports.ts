/** What the files of src/ import, read from their text: the architecture test judges it, docs/architecture.md draws it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** The address of src/, with the slash at its end. */
export const sourceUrl = new URL('../src/', import.meta.url).href;

export interface Import {
  /** The file that imports, as a path below src/. */
  readonly file: string;
  /** What it names: a package, or a path as it is written. */
  readonly target: string;
  /** The file of ours that it means, as a path below src/; undefined for a package. */
  readonly imported: string | undefined;
  readonly isType: boolean;
}

/** The TypeScript files, as paths below src/. */
export const sourceFiles: readonly string[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .sort();

/** The text of a file that {@link sourceFiles} names. */
export function sourceText(file: string): string {
  return readFileSync(join(source, file), 'utf8');
}

/** Every import of src/, those of types and those at run time included. */
export const sourceImports: readonly Import[] = sourceFiles.flatMap(file => {
  const statements = sourceText(file).matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([whole, type, target = '', dynamic]): Import => {
    const named = dynamic ?? target;
    return {
      file,
      target: named,
      imported: named.startsWith('.') ? relative(source, join(source, file, '..', named)) : undefined,
      isType: type !== undefined || isTypesOnly(whole),
    };
  });
});

/** `import { type A, type B } from …` brings in no values. */
function isTypesOnly(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map(name => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every(name => name.startsWith('type '));
}

/** The room that a file is in; undefined for the files beside the rooms. */
export function roomOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

/** The folder of its room that a file is in, `parameters/types` for one in a folder's folder; undefined at the room's top. */
export function folderOf(file: string): string | undefined {
  return file.split('/').slice(1, -1).join('/') || undefined;
}
