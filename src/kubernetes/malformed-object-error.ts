import { InjectorError } from '../injector-error.ts';

/** Something that is no object of the Kubernetes API: the caller's fault, so the request is answered with 400. */
export class MalformedObjectError extends InjectorError {
  override name = 'MalformedObjectError' as const;
  readonly path: string;

  constructor(path: string, expected: string, seen: unknown) {
    super(`${path}: expected ${expected}, got ${kindOf(seen)}`);
    this.path = path;
  }
}

/** Names the kind of a value and never the value itself, which may be secret. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
