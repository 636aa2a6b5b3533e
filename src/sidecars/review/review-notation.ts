import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { KeyPath } from '../yaml-source.ts';
import type { Remark } from './remark.ts';
import { shells } from './shells.ts';

/** Parameters that are named as in a shell or in Go templates: such a text reaches the program as it is written. */
export function reviewNotation(spec: JsonObject): readonly Remark[] {
  const container = (spec['container'] ?? {}) as JsonObject;
  const variables = new Set(
    listOf(container['env']).flatMap(entry => (isObject(entry) ? [entry['name']] : [])),
  );
  const isDeclared = (name: string) =>
    Object.hasOwn((spec['parameters'] ?? {}) as JsonObject, name) && !variables.has(name);
  // In a shell `$name` is a variable of its own.
  const isShell = listOf(container['command']).some(word => typeof word === 'string' && shells.test(word));
  return ['command', 'args', 'env'].flatMap(key =>
    reviewTexts(container[key], ['spec', 'container', key], { isDeclared, isShell }),
  );
}

interface Scope {
  readonly isDeclared: (name: string) => boolean;
  readonly isShell: boolean;
}

function reviewTexts(value: Json | undefined, path: KeyPath, scope: Scope): readonly Remark[] {
  if (Array.isArray(value))
    return value.flatMap((entry: Json, index) => reviewTexts(entry, [...path, index], scope));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, entry]) =>
      key === 'when' ? [] : reviewTexts(entry, [...path, key], scope),
    );
  }
  return typeof value === 'string' ? reviewText(value, path, scope) : [];
}

function reviewText(text: string, path: KeyPath, { isDeclared, isShell }: Scope): readonly Remark[] {
  const inBraces = [...text.matchAll(/\{\{ ?([a-z0-9][-a-z0-9]{0,62}) ?\}\}/g)];
  const plain = isShell ? [] : [...text.matchAll(/(?<!\$)\$([a-z0-9][-a-z0-9]{0,62})/g)];
  const [found] = [...inBraces, ...plain].filter(([, name = '']) => isDeclared(name));
  if (found === undefined) return [];
  const message = `"${found[0]}" reaches the program as it is written; write "\${${found[1]}}"`;
  return [{ finding: 'other-notation', path, message }];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
