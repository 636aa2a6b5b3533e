import { isObject, type Json } from '../../kubernetes/json.ts';
import { possibleValues } from '../template/possible-values.ts';
import { textParts } from '../template/template.ts';
import type { KeyPath } from '../yaml-source.ts';
import type { Remark } from './remark.ts';
import { shells } from './shells.ts';

/**
 * A value inside a shell command is code: a quote in it ends the string that it was meant to be in. After the script of
 * `sh -c` it is a positional argument, which is none.
 */
export function reviewCommands(value: Json | undefined, path: KeyPath): readonly Remark[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => reviewCommands(entry, [...path, index]));
  if (!isObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, entry]) => reviewCommands(entry, [...path, key]));
  if (!('command' in value)) return below;
  const words = ['command', 'args'].flatMap(key => (Array.isArray(value[key]) ? value[key] : []));
  const isInserting = scriptIn(words).some(word => textParts(word).some(part => typeof part === 'object'));
  if (!isInserting) return below;
  const message =
    '"${…}" in a shell command: a value could run as code; pass it in an environment variable, or after the script as "$1"';
  return [...below, { finding: 'shell-code', path: [...path, 'command'], message }];
}

/** What a shell may take for code: its script where that follows `-c`, otherwise all that it is given. */
function scriptIn(words: readonly Json[]): readonly string[] {
  const texts = words.map(word =>
    possibleValues(word).map(text => (text === undefined ? undefined : String(text))),
  );
  const shell = texts.findIndex(each => each.some(text => text !== undefined && shells.test(text)));
  if (shell < 0) return [];
  const option = texts.findIndex(
    (each, index) => index > shell && each.some(text => /^-[a-z]*c$/.test(text ?? '')),
  );
  // What may be left out leaves its place to what follows, and other options may stand before the script.
  const isScript = (each: readonly (string | undefined)[]) =>
    each.every(text => text !== undefined && !/^-./.test(text));
  const script = option < 0 ? -1 : texts.findIndex((each, index) => index > option && isScript(each));
  const found = script < 0 ? texts : texts.slice(option + 1, script + 1);
  return found.flat().filter(text => text !== undefined);
}
