import { button } from './element.ts';

/** A button that copies a text; `name` says of what. */
export function copyButton(name: string, textOf: () => string): HTMLButtonElement {
  const copy = button('Copy', () => void copyText(copy, textOf()), { 'aria-label': `Copy ${name}` });
  return copy;
}

async function copyText(copy: HTMLButtonElement, text: string): Promise<void> {
  const isDone = await isCopied(text);
  const shown = copy.previousElementSibling;
  if (!isDone && shown !== null) getSelection()?.selectAllChildren(shown);
  copy.textContent = isDone ? 'Copied' : 'Press Ctrl+C';
  setTimeout(() => {
    copy.textContent = 'Copy';
  }, shownMs);
}

const shownMs = 1500;

/** A browser may refuse it, as where a person has not allowed it. */
export async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
