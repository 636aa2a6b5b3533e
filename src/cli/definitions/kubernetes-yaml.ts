import { stringify } from 'yaml';

/**
 * Writes a value as YAML that kubectl reads as the same value. It reads YAML 1.1, where `on` is a boolean and `0400` an
 * octal number, so texts that would be something else in either version stand in quotes. Minus zero is written as the
 * zero that it is in the JSON of a patch.
 */
export function kubernetesYaml(value: unknown): string {
  const asInJson = (_key: unknown, one: unknown) => (one === 0 ? 0 : one);
  return stringify(value, asInJson, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
