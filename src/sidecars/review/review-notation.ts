import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { KeyPath } from '../yaml-source.ts';
import { listOf } from './list-of.ts';
import type { Remark } from './remark.ts';
import { shells } from './shells.ts';

/** A parameter that is named as in a shell or in Go templates, in a text that reaches the program as it is written. */
export interface OtherNotation {
  readonly parameter: string;
  /** As it stands there. */
  readonly written: string;
  readonly path: KeyPath;
}

/** Tells of each how to name it. */
export function reviewNotation(notations: readonly OtherNotation[]): readonly Remark[] {
  return notations.map(({ parameter, written, path }) => ({
    finding: 'other-notation',
    path,
    message: `"${written}" reaches the program as it is written; write "\${${parameter}}"`,
  }));
}

/** All that are named so, in each text the first. */
export function otherNotations(spec: JsonObject): readonly OtherNotation[] {
  const container = (spec['container'] ?? {}) as JsonObject;
  const variables = new Set(
    listOf(container['env']).flatMap(entry => (isObject(entry) ? [entry['name']] : [])),
  );
  const isDeclared = (name: string) =>
    Object.hasOwn((spec['parameters'] ?? {}) as JsonObject, name) && !variables.has(name);
  // In a shell `$name` is a variable of its own.
  const isShell = listOf(container['command']).some(word => typeof word === 'string' && shells.test(word));
  return ['command', 'args', 'env'].flatMap(key =>
    notationsIn(container[key], ['spec', 'container', key], { isDeclared, isShell }),
  );
}

interface Scope {
  readonly isDeclared: (name: string) => boolean;
  readonly isShell: boolean;
}

function notationsIn(value: Json | undefined, path: KeyPath, scope: Scope): readonly OtherNotation[] {
  if (Array.isArray(value))
    return value.flatMap((entry: Json, index) => notationsIn(entry, [...path, index], scope));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, entry]) =>
      key === 'when' ? [] : notationsIn(entry, [...path, key], scope),
    );
  }
  return typeof value === 'string' ? notationsInText(value, path, scope) : [];
}

function notationsInText(
  text: string,
  path: KeyPath,
  { isDeclared, isShell }: Scope,
): readonly OtherNotation[] {
  const inBraces = [...text.matchAll(/\{\{ ?([a-z0-9][-a-z0-9]{0,62}) ?\}\}/g)];
  const plain = isShell ? [] : [...text.matchAll(/(?<!\$)\$([a-z0-9][-a-z0-9]{0,62})/g)];
  const found = [...inBraces, ...plain].find(([, name = '']) => isDeclared(name));
  return found === undefined ? [] : [{ parameter: found[1] ?? '', written: found[0], path }];
}
