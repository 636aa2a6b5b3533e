import type { Json } from '../../kubernetes/json.ts';
import type { ParameterReading, ParameterValue } from '../definition.ts';

/** How a text is read, and what it takes in words. */
export interface Reader {
  readonly expects: string;
  readonly read: (text: string) => ParameterReading;
}

/** Reads several values, separated by commas, each as one is read. */
export function listOf(one: Reader): Reader {
  const expects = `${one.expects}; or several, separated by commas`;
  return {
    expects,
    read: text => {
      const readings = text.split(',').map(one.read);
      const use = misfitIn(readings, one, expects);
      if (use !== undefined) return { use };
      return together(text, readings, values => values);
    },
  };
}

/** Reads values by name, as `a=1,b=2`, each value as one is read. */
export function entriesOf(one: Reader): Reader {
  const expects = `name=value, or several, separated by commas; a value is ${one.expects}`;
  return {
    expects,
    read: text => {
      const entries = text.split(',').map(part => namedValue.exec(part)?.groups);
      const names = entries.map(entry => entry?.['name'] ?? '');
      if (names.includes('')) return { use: expects };
      const repeated = names.find((name, index) => names.indexOf(name) !== index);
      if (repeated !== undefined) return { use: `the name "${repeated}" once` };
      const readings = entries.map(entry => one.read(entry?.['value'] ?? ''));
      const use = misfitIn(readings, one, expects);
      if (use !== undefined) return { use };
      return together(text, readings, values =>
        Object.fromEntries(values.map((value, index) => [names[index] ?? '', value])),
      );
    },
  };
}

const namedValue = /^(?<name>[A-Za-z0-9_][A-Za-z0-9_./-]*)=(?<value>.+)$/s;

/** What is wrong with the first value that does not fit. */
function misfitIn(readings: readonly ParameterReading[], one: Reader, expects: string): string | undefined {
  const misfit = readings.find(({ value }) => value === undefined);
  if (misfit === undefined || misfit.value) return undefined;
  return misfit.use === one.expects ? expects : misfit.use;
}

/** One value made of several: what is so of any of them is so of it. */
function together(
  text: string,
  readings: readonly ParameterReading[],
  join: (values: readonly Json[]) => Json,
): ParameterReading {
  const read: readonly ParameterValue[] = readings.flatMap(({ value }) => value ?? []);
  const facts = [...new Set(read.flatMap(({ facts = [] }) => facts))];
  return {
    value: { text, value: join(read.map(({ value }) => value)), ...(facts.length > 0 ? { facts } : {}) },
  };
}
