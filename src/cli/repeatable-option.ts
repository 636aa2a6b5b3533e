import { Option } from '@commander-js/extra-typings';

/** An option that may be given several times, each time with one value. */
export function repeatableOption<Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, `${description} (repeatable)`).argParser<readonly string[]>((value, previous) => [
    ...(previous ?? []),
    value,
  ]);
}
