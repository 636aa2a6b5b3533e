import { looksLikeCredential } from '../../credential.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';
import { shownValue } from '../shown-value.ts';

/**
 * The value of a variable that a sidecar would set, in quotes: the definition's text, with what annotations put into it.
 * Undefined where something of those is not to be shown.
 */
export function shownVariable(value: string, { definition, values }: SidecarInstance): string | undefined {
  const isPlain = [...values].every(([name, set]) => {
    const isOfDefinition = definition.presets.get(name) === set;
    return isOfDefinition || shownValue(set.text, definition.parameters.get(name)?.type) === `"${set.text}"`;
  });
  if (!isPlain || looksLikeCredential(value, { mayBeHash: false })) return undefined;
  return `"${oneLine(value, maxCharacters)}"`;
}

/** Enough for the options of a program, which are to be copied. */
const maxCharacters = 200;
