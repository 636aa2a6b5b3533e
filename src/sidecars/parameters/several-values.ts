import type { Json } from '../../kubernetes/json.ts';
import { oneLine } from '../../shown-text.ts';
import type { ParameterReading, ParameterValue } from '../definition.ts';

/** How a text is read, and what it takes in words. */
export interface Reader {
  readonly expects: string;
  readonly read: (text: string) => ParameterReading;
}

/** A reader that looks at no text of more characters: no value has as many. */
export function limited({ expects, read }: Reader, maximumLength: number): Reader {
  const use = atMost(maximumLength);
  return { expects, read: text => (text.length > maximumLength ? { use } : read(text)) };
}

/** What to write instead of a text that is too long; completes "use …". */
export function atMost(maximumLength: number): string {
  return `a value of at most ${maximumLength} characters`;
}

/** How many characters several values may have together. */
export const maximumLengthOfSeveral = 65_536;

/** Splits several values at their commas. A comma that is part of a value has a backslash before it. */
function splitValues(text: string): readonly string[] {
  return text.split(/(?<!\\),/).map(value => value.replaceAll('\\,', ','));
}

/** Reads several values, separated by commas, each as one is read. */
export function listOf(one: Reader): Reader {
  const expects = `${one.expects}; or several, separated by commas`;
  const read = (text: string): ParameterReading => {
    const reading = readAll(splitValues(text), one, expects);
    return 'use' in reading
      ? reading
      : together(
          text,
          reading,
          reading.map(({ value }) => value),
        );
  };
  return limited({ expects, read }, maximumLengthOfSeveral);
}

/** Reads values by name, as `a=1,b=2`, each value as one is read. */
export function entriesOf(one: Reader): Reader {
  const expects = `name=value, or several, separated by commas; a value is ${one.expects}`;
  const read = (text: string): ParameterReading => {
    const texts = new Map<string, string>();
    for (const part of splitValues(text)) {
      const { name, value = '' } = namedValue.exec(part)?.groups ?? {};
      if (name === undefined) return { use: expects };
      if (texts.has(name)) return { use: `the name "${oneLine(name, 63)}" once` };
      texts.set(name, value);
    }
    const reading = readAll([...texts.values()], one, expects);
    if ('use' in reading) return reading;
    const names = [...texts.keys()];
    const entries = reading.map(({ value }, index) => [names[index] ?? '', value] as const);
    return together(text, reading, Object.fromEntries(entries));
  };
  return limited({ expects, read }, maximumLengthOfSeveral);
}

/** One of several values by name. */
export const namedValue = /^(?<name>[A-Za-z0-9_][A-Za-z0-9_./-]*)=(?<value>.+)$/s;

/** All values, or what is wrong with the first that does not fit. */
function readAll(
  texts: readonly string[],
  one: Reader,
  expects: string,
): readonly ParameterValue[] | { readonly use: string } {
  const values: ParameterValue[] = [];
  for (const text of texts) {
    const reading = one.read(text);
    if (!reading.value) return { use: reading.use === one.expects ? expects : reading.use };
    values.push(reading.value);
  }
  return values;
}

/** One value made of several: what is so of any of them is so of it. */
function together(text: string, values: readonly ParameterValue[], value: Json): ParameterReading {
  const facts = [...new Set(values.flatMap(({ facts = [] }) => facts))];
  const origins = values.flatMap(({ origins = [] }) => origins);
  return {
    value: {
      text,
      value,
      ...(facts.length > 0 ? { facts } : {}),
      ...(origins.length > 0 ? { origins } : {}),
    },
  };
}
