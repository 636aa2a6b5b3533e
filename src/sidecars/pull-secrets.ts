import type { JsonObject } from '../kubernetes/json.ts';

/** The names in `spec.imagePullSecrets` of a definition, each once. */
export function pullSecretsOf(spec: JsonObject): readonly string[] {
  const secrets = (spec['imagePullSecrets'] ?? []) as unknown as readonly { readonly name: string }[];
  return [...new Set(secrets.map(({ name }) => name))];
}
