import type { Json } from '../../kubernetes/json.ts';

/** The entries of a list; none where a value is none. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
