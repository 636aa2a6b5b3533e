import { isObject, type Json } from '../../kubernetes/json.ts';
import type { Parameter } from '../definition.ts';
import { possibleValues } from '../template/possible-values.ts';
import { instanceName, textParts } from '../template/template.ts';
import type { KeyPath } from '../yaml-source.ts';
import { listOf } from './list-of.ts';
import type { Remark } from './remark.ts';
import { shells } from './shells.ts';

/**
 * A value inside a shell command is code: a quote in it ends the string that it was meant to be in. After the script of
 * `sh -c` it is a positional argument, which is none.
 */
export function reviewCommands(
  value: Json | undefined,
  path: KeyPath,
  parameters: ReadonlyMap<string, Parameter>,
): readonly Remark[] {
  if (Array.isArray(value))
    return value.flatMap((entry, index) => reviewCommands(entry, [...path, index], parameters));
  if (!isObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, entry]) =>
    reviewCommands(entry, [...path, key], parameters),
  );
  if (!('command' in value)) return below;
  const words = ['command', 'args'].flatMap(key =>
    listOf(value[key]).map((word, index): Word => ({ texts: textsOf(word), path: [...path, key, index] })),
  );
  const inserting = scriptIn(words).find(({ texts }) =>
    texts.some(text => text !== undefined && canHoldCode(text, parameters)),
  );
  if (inserting === undefined) return below;
  const message =
    '"${…}" in a shell command: a value could run as code; pass it in an environment variable, or after the script as "$1"';
  return [...below, { finding: 'shell-code', path: inserting.path, message }];
}

interface Word {
  /** What it can be; undefined where it can be left out. */
  readonly texts: readonly (string | undefined)[];
  readonly path: KeyPath;
}

function textsOf(word: Json): Word['texts'] {
  return possibleValues(word).map(text => (text === undefined ? undefined : String(text)));
}

function canHoldCode(text: string, parameters: ReadonlyMap<string, Parameter>): boolean {
  return textParts(text).some(part => {
    if (typeof part === 'string' || part.isInSeconds || part.parameter === instanceName) return false;
    const parameter = parameters.get(part.parameter);
    if (parameter?.type === 'enum') return !parameter.facts.every(fact => /^[\w.:/-]+$/.test(fact));
    return !parameter || !harmlessTypes.has(parameter.type);
  });
}

/** Their values hold letters, digits and signs that no shell looks at. */
const harmlessTypes: ReadonlySet<string> = new Set([
  'boolean',
  'duration',
  'integer',
  'name',
  'port',
  'quantity',
]);

/** What a shell may take for code: its script where that follows `-c`, otherwise all that it is given. */
function scriptIn(words: readonly Word[]): readonly Word[] {
  const shell = words.findIndex(({ texts }) => texts.some(text => text !== undefined && shells.test(text)));
  if (shell < 0) return [];
  const option = words.findIndex(
    ({ texts }, index) => index > shell && texts.some(text => /^-[a-z]*c$/.test(text ?? '')),
  );
  // What may be left out leaves its place to what follows, and other options may stand before the script.
  const isScript = ({ texts }: Word) => texts.every(text => text !== undefined && !/^-./.test(text));
  const script = option < 0 ? -1 : words.findIndex((word, index) => index > option && isScript(word));
  return script < 0 ? words : words.slice(option + 1, script + 1);
}
