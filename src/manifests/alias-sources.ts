import { type Alias, type Document, isAlias, type Node, visit } from 'yaml';
import { ManifestProblemError } from './manifest-problem.ts';
import { offsetOf } from './places.ts';

/** What the aliases of a document stand for, found for all of them at once: an alias looks through all before it. */
export class AliasSources {
  readonly #sources = new Map<Alias, Node | undefined>();

  constructor(document: Document.Parsed) {
    const anchors = new Map<string, Node>();
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node)) this.#sources.set(node, anchors.get(node.source));
        else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  /** @throws ManifestProblemError where there is none, or the alias is a part of it. */
  of(alias: Alias): Node {
    const source = this.#sources.get(alias);
    const offset = offsetOf(alias);
    if (source === undefined) {
      throw new ManifestProblemError(offset, `no anchor &${alias.source} before this alias`);
    }
    if (offset < (source.range?.[1] ?? 0)) {
      throw new ManifestProblemError(
        offset,
        `*${alias.source} is a part of what it stands for; write it out here`,
      );
    }
    return source;
  }
}
