import { oneLine } from '../shown-text.ts';

/** A value of the configuration file as a message shows it: as JSON, in one line, of 200 characters at most. */
export function shown(value: unknown): string {
  return oneLine(JSON.stringify(value) ?? 'nothing', maxShown);
}

const maxShown = 200;
