import type { Parameter, SwitchReading, SwitchValue } from '../definition.ts';
import { nameInBraces, textParts } from '../template/template.ts';
import { plainSwitch } from './common-parameters.ts';
import { atMost } from './several-values.ts';

/** What a definition whose value names no parameter has: on or off. */
export const plainSwitchValue: SwitchValue = valueOfOne(plainSwitch);

/** The parameters that a definition's `value` names: a single name, or a text with `${…}`. */
export function namesInValue(value: string): readonly string[] {
  if (!value.includes('${')) return [value];
  return textParts(value).flatMap(part => (typeof part === 'object' ? nameInBraces(part) : []));
}

/** Reads a definition's `value`, all of whose parameters are known. */
export function switchValueOf(value: string, parameters: ReadonlyMap<string, Parameter>): SwitchValue {
  const known = namesInValue(value).flatMap(name => parameters.get(name) ?? []);
  const [first] = known;
  if (first === undefined) return plainSwitchValue;
  if (!value.includes('${')) return valueOfOne(first);
  const parts = textParts(value)
    .map(part => (typeof part === 'string' ? part : parameters.get(nameInBraces(part))))
    .filter(part => part !== undefined);
  const form = parts.map(part => (typeof part === 'object' ? `<${part.name}>` : part)).join('');
  const expects = `${form}: ${inWords(known)}`;
  const split = (text: string): SwitchReading => {
    if (text.length > maxLength) return { use: atMost(maxLength) };
    const texts = splitText(text, parts);
    return texts ? { texts } : { use: expects };
  };
  return {
    parameters: known,
    parts,
    expects,
    description: known.map(({ description }) => description).join(' '),
    split,
    join: texts => joined(parts, texts),
  };
}

function valueOfOne(parameter: Parameter): SwitchValue {
  const { name, expects, description } = parameter;
  return {
    parameters: [parameter],
    parts: [parameter],
    expects,
    description,
    split: text => ({ texts: new Map([[name, text]]) }),
    join: texts => texts.get(name),
  };
}

function joined(parts: readonly Part[], texts: ReadonlyMap<string, string>): string | undefined {
  const filled = parts.map(part => (typeof part === 'object' ? texts.get(part.name) : part));
  return filled.includes(undefined) ? undefined : filled.join('');
}

function inWords(parameters: readonly Parameter[]): string {
  const [first, ...others] = parameters;
  if (first && others.length > 0 && others.every(({ expects }) => expects === first.expects)) {
    return `each ${first.expects}`;
  }
  return parameters.map(({ name, expects }) => `${name} is ${expects}`).join(', ');
}

/** What a path or a text may have. */
export const maxLength = 4096;

/** Each way to take a value apart costs a look at all of it; nobody has directories as deep as this. */
export const maxWays = 100;

type Part = string | Parameter;

/** Tries the longest text for a parameter first, and a shorter one where the rest does not fit. */
function splitText(text: string, [part, ...rest]: readonly Part[]): ReadonlyMap<string, string> | undefined {
  if (part === undefined) return text === '' ? new Map() : undefined;
  if (typeof part === 'string') {
    return text.startsWith(part) ? splitText(text.slice(part.length), rest) : undefined;
  }
  for (const end of endsOf(text, rest[0])) {
    const own = text.slice(0, end);
    if (!part.read(own).value) continue;
    const others = splitText(text.slice(end), rest);
    if (others !== undefined) return new Map([[part.name, own], ...others]);
  }
  return undefined;
}

/** Where a parameter may end: before the text that follows it, the last places first. */
function endsOf(text: string, next: Part | undefined): readonly number[] {
  if (typeof next !== 'string') return [text.length];
  const ends: number[] = [];
  for (let end = text.lastIndexOf(next); end > 0; end = text.lastIndexOf(next, end - 1)) {
    if (ends.push(end) === maxWays) break;
  }
  return ends;
}
