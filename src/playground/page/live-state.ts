import type { PlaygroundState } from '../playground-state.ts';

/** Who wants to know. */
export interface StateFollower {
  /** Called with what is in force when that is something else. */
  readonly onChange: (state: PlaygroundState) => void;
  /** Called after each question: whether the injector answered. */
  readonly onContact: (isThere: boolean) => void;
}

/**
 * Follows what a running injector has in force while the page is looked at; `known` is the text that came with the page.
 */
export function followState(known: string, { onChange, onContact }: StateFollower): void {
  let last = known;
  const look = async () => {
    const text = await askState();
    onContact(text !== undefined);
    if (text === undefined || text === last) return;
    last = text;
    onChange(JSON.parse(text) as PlaygroundState);
  };
  const lookAgain = () => {
    const looking = document.hidden ? Promise.resolve() : look();
    void looking.finally(() => setTimeout(lookAgain, pauseMs));
  };
  lookAgain();
}

/** What the injector says; undefined where it does not answer. */
async function askState(): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch('playground.json', { cache: 'no-cache', signal });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

const pauseMs = 1000;

const timeoutMs = 5000;
