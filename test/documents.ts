import { readFileSync } from 'node:fs';

/** A command block of a document, and what the document shows of its output. */
export interface CommandBlock {
  readonly document: string;
  /** What it needs, the words behind `sh`: `local`, `cluster`, `node`, `engine`; `fails` where it is meant to fail. */
  readonly needs: readonly string[];
  readonly commands: string;
  /** The block behind it, where that is output. */
  readonly shows: string | undefined;
}

export const documents = ['README.md', 'docs/install.md', 'docs/workloads.md'] as const;

/** The command blocks of a document, in its order. */
export function commandBlocks(document: string): readonly CommandBlock[] {
  const text = readFileSync(new URL(`../${document}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(
    ([, language = '', words = '', content = '']) => ({
      language,
      needs: words.split(' ').filter(Boolean),
      content,
    }),
  );
  return blocks.flatMap(({ language, needs, content }, index) => {
    const next = blocks[index + 1];
    const shows = next?.language === 'text' || next?.language === 'json' ? next.content : undefined;
    return language === 'sh' ? [{ document, needs, commands: content, shows }] : [];
  });
}
