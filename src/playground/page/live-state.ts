import type { PlaygroundState } from '../playground-state.ts';

/**
 * Follows what a running injector has in force while the page is looked at; `known` is the text that came with the page.
 */
export function followState(
  known: string,
  onChange: (state: PlaygroundState) => void,
  onContact: (isThere: boolean) => void,
): void {
  let last = known;
  const look = async () => {
    try {
      const response = await fetch('playground.json', {
        cache: 'no-cache',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const text = await response.text();
      onContact(true);
      if (text !== last) onChange(JSON.parse(text) as PlaygroundState);
      last = text;
    } catch {
      onContact(false);
    }
  };
  const lookAgain = async () => {
    if (!document.hidden) await look();
    setTimeout(lookAgain, pauseMs);
  };
  void lookAgain();
}

const pauseMs = 1000;

const timeoutMs = 5000;
