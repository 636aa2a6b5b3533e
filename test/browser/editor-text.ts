import type { Locator } from 'playwright-core';

/** What a CodeMirror keeps at its element, as its own EditorView.findFromDOM reads it. */
interface EditorElement extends Element {
  readonly cmTile: { readonly root: { readonly view: EditorOfPage } };
}

interface EditorOfPage {
  readonly state: {
    readonly doc: {
      readonly lines: number;
      toString(): string;
      lineAt(offset: number): { readonly number: number };
    };
  };
  readonly scrollDOM: HTMLElement;
  posAtDOM(node: Node): number;
}

/** The whole text of an editor: the page holds the lines alone that can be seen. */
export function textOf(editor: Locator): Promise<string> {
  return editor.evaluate(element =>
    (element as unknown as EditorElement).cmTile.root.view.state.doc.toString(),
  );
}

/** The numbers of the lines that are marked as added, found by scrolling through all of them. */
export async function markedLines(editor: Locator): Promise<readonly number[]> {
  const { seen, marked, lines } = await editor.evaluate(async element => {
    const { scrollDOM, state, posAtDOM } = bound((element as unknown as EditorElement).cmTile.root.view);
    const seen = new Set<number>();
    const marked = new Set<number>();
    for (let top = 0; top <= scrollDOM.scrollHeight; top += scrollDOM.clientHeight / 2) {
      scrollDOM.scrollTop = top;
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      for (const line of element.querySelectorAll('.cm-line')) {
        const { number } = state.doc.lineAt(posAtDOM(line));
        seen.add(number);
        if (line.matches('.cm-changedLine, .cm-insertedLine')) marked.add(number);
      }
    }
    return { seen: seen.size, marked: [...marked], lines: state.doc.lines };

    function bound(view: EditorOfPage) {
      return { scrollDOM: view.scrollDOM, state: view.state, posAtDOM: (node: Node) => view.posAtDOM(node) };
    }
  });
  if (seen !== lines) throw new Error(`saw ${seen} of ${lines} lines`);
  return marked.toSorted((a, b) => a - b);
}

/** The stretches of the text that are marked as wrong, as far as they are in view; of a place between characters an empty one. */
export async function underlined(
  editor: Locator,
  severity: 'error' | 'warning' | 'info',
): Promise<readonly string[]> {
  return editor.locator(`.cm-lintRange-${severity}, .cm-lintPoint-${severity}`).allTextContents();
}
