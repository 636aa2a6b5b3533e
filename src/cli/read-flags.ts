import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/** The values of flags by their names. */
export type FlagValues<T extends Options> = Parsed<T>['values'];

/** The values of flags and what stands beside them, or what is wrong with them. */
export type FlagReading<T extends Options> =
  | (Pick<Parsed<T>, 'values' | 'positionals'> & { readonly problem?: never })
  | { readonly values?: never; readonly problem: string };

/**
 * Parses flags strictly: one that is unknown or lacks its value is a problem, and so is an argument beside them where
 * `allowPositionals` does not say that there may be some.
 */
export function readFlags<T extends Options>(
  args: readonly string[],
  options: T,
  { allowPositionals = false }: { readonly allowPositionals?: boolean } = {},
): FlagReading<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals }) as Parsed<T>;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
