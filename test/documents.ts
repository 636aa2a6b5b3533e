import { readFileSync } from 'node:fs';

/** A command block of a document, and what the document shows of its output. */
export interface CommandBlock {
  readonly document: string;
  /** What it needs, the words behind `sh`: `local`, `cluster`, `helm`, `node`, `engine`; `fails` where it is meant to fail. */
  readonly needs: readonly string[];
  readonly commands: string;
  /** The block behind it, where that is output. */
  readonly shows: string | undefined;
}

/** A file that a document shows and names, as in a block of `yaml pod.yaml`. */
export interface FileBlock {
  readonly file: string;
  readonly content: string;
}

export const documents = [
  'README.md',
  'docs/install.md',
  'docs/install/kustomize.md',
  'docs/upgrading.md',
  'docs/install/certificates.md',
  'docs/install/helm.md',
  'docs/install/registry.md',
  'docs/gitops.md',
  'docs/workloads.md',
  'docs/sidecars.md',
  'docs/operations.md',
  'docs/fleets.md',
  'docs/namespaces.md',
  'docs/policies.md',
  'docs/troubleshooting.md',
] as const;

/** The command blocks of a document, in its order. */
export function commandBlocks(document: string): readonly CommandBlock[] {
  return blocksOf(document).filter(block => 'commands' in block);
}

/**
 * A file that a document shows.
 *
 * @throws Error where it shows none of that name.
 */
export function fileIn(document: string, name: string): string {
  const shown = blocksOf(document).find(block => 'file' in block && block.file === name);
  if (shown === undefined || !('content' in shown)) throw new Error(`${document} shows no ${name}`);
  return shown.content;
}

/** The commands of a document and the files that it names, in its order. */
export function blocksOf(document: string): readonly (CommandBlock | FileBlock)[] {
  const text = readFileSync(new URL(`../${document}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(
    ([, language = '', words = '', content = '']) => ({
      language,
      words: words.split(' ').filter(Boolean),
      content,
    }),
  );
  return blocks.flatMap(({ language, words, content }, index): CommandBlock | FileBlock | [] => {
    const next = blocks[index + 1];
    const shows = next?.language === 'text' || next?.language === 'json' ? next.content : undefined;
    const [file] = words;
    if (language === 'sh') return { document, needs: words, commands: content, shows };
    return file === undefined ? [] : { file, content };
  });
}
