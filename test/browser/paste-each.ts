import type { Playground } from './playground.ts';

/** Pastes one text after the other into the page, and tells what came out of each: the quick way for very many. */
export function pasteEach({ page }: Playground, texts: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(
    async all => {
      interface EditorElement extends Element {
        readonly cmTile: { readonly root: { readonly view: EditorView } };
      }
      interface EditorView {
        readonly state: { readonly doc: { readonly length: number; toString(): string } };
        dispatch(change: { selection: { anchor: number; head: number } }): void;
      }
      const elementIn = (id: string) => {
        const found = document.getElementById(id)?.shadowRoot?.querySelector('.cm-content');
        if (!found) throw new Error(`no editor in ${id}`);
        return found as EditorElement;
      };
      const [manifest, result] = [elementIn('manifest-editor'), elementIn('result-editor')];
      const decisions = document.getElementById('decisions') ?? document.body;
      const shown: string[] = [];
      for (const text of all) {
        const isShown = new Promise(resolve => {
          new MutationObserver(resolve).observe(decisions, { childList: true });
        });
        const { view } = manifest.cmTile.root;
        view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } });
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        manifest.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        );
        await isShown;
        shown.push(result.cmTile.root.view.state.doc.toString());
      }
      return shown;
    },
    [...texts],
  );
}
