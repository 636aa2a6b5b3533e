/**
 * An entry of a list that names a parameter without a value is left out. Where others belong to it, a flag keeps waiting
 * for its value, a command loses an argument, and a shell its script.
 */
import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { canBeUnset, type Parameter } from '../definition.ts';
import { isChoice, isEach, parametersIn, parseConditions } from '../template/template.ts';
import type { KeyPath } from '../yaml-source.ts';
import { listOf } from './list-of.ts';
import type { Remark } from './remark.ts';
import { shells } from './shells.ts';

/** Entries that may be left out while what belongs to them stays. */
export function reviewLeftOut(
  spec: JsonObject,
  parameters: ReadonlyMap<string, Parameter>,
): readonly Remark[] {
  const optional = (name: string) => {
    const parameter = parameters.get(name);
    return parameter !== undefined && canBeUnset(parameter) && name !== 'volume';
  };
  const { ready, container, app } = spec;
  const around = isObject(ready) && 'when' in ready ? sureOf(ready['when']) : [];
  return [
    ...reviewBelow(container, ['spec', 'container'], { optional }),
    ...reviewBelow(app, ['spec', 'app'], { optional }),
    ...reviewBelow(ready, ['spec', 'ready'], within({ optional }, around)),
  ];
}

interface Scope {
  /** Whether a parameter may have no value here. */
  readonly optional: (name: string) => boolean;
}

/** The same where these parameters have a value. */
function within({ optional }: Scope, sure: readonly string[]): Scope {
  const known = new Set(sure);
  return { optional: name => !known.has(name) && optional(name) };
}

/** The parameters that have a value where conditions hold. */
function sureOf(conditions: Json | undefined): readonly string[] {
  return parseConditions(conditions).flatMap(({ subject, isNegated }) => (isNegated ? [] : subject));
}

/** Those that have one where they do not: of a single `"!parameter"`. */
function sureWithout(conditions: Json | undefined): readonly string[] {
  const [only, ...others] = parseConditions(conditions);
  const isSure = only?.isNegated && only.fact === undefined && others.length === 0;
  return isSure ? [only.subject] : [];
}

function reviewBelow(value: Json | undefined, path: KeyPath, scope: Scope): readonly Remark[] {
  if (Array.isArray(value))
    return value.flatMap((entry: Json, index) => reviewBelow(entry, [...path, index], scope));
  if (!isObject(value)) return [];
  if (isEach(value)) return reviewBelow(value['value'], [...path, 'value'], within(scope, [value.each]));
  if (isChoice(value)) {
    return [
      ...reviewBelow(value['value'], [...path, 'value'], within(scope, sureOf(value['when']))),
      ...reviewBelow(value['else'], [...path, 'else'], within(scope, sureWithout(value['when']))),
    ];
  }
  return [
    ...reviewWords(value, path, scope),
    ...reviewVariable(value, path),
    ...reviewExtras(value, path, scope),
    ...Object.entries(value).flatMap(([key, entry]) => reviewBelow(entry, [...path, key], scope)),
  ];
}

/** A command, with its arguments where it has any. */
function reviewWords(value: JsonObject, path: KeyPath, scope: Scope): readonly Remark[] {
  const command = listOf(value['command']);
  const isShell = command.some(word => typeof word === 'string' && shells.test(word));
  return [
    ...command.flatMap((word, index) =>
      reviewWord({ word, before: command[index - 1], isBound: true }, [...path, 'command', index], scope),
    ),
    ...listOf(value['args']).flatMap((word, index, args) =>
      reviewWord({ word, before: args[index - 1], isBound: isShell }, [...path, 'args', index], scope),
    ),
  ];
}

interface Word {
  readonly word: Json;
  /** The word before it. */
  readonly before: Json | undefined;
  /** Whether it has its meaning by its place, as in a command or behind the script of a shell. */
  readonly isBound: boolean;
}

function reviewWord({ word, before, isBound }: Word, path: KeyPath, { optional }: Scope): readonly Remark[] {
  // A flag that holds its value goes with it.
  if (typeof word !== 'string' || /^-/.test(word)) return [];
  const name = parametersIn(word).find(optional);
  if (name === undefined) return [];
  const flag = typeof before === 'string' && /^-[^=]*$/.test(before) && before !== '--' ? before : undefined;
  if (flag === undefined && !isBound) return [];
  const rest = flag === undefined ? 'the rest of the command' : `"${flag}"`;
  const entries = flag === undefined ? '[…]' : `[${flag}, ${JSON.stringify(word)}]`;
  const message = `left out where "${name}" has no value, while ${rest} stays; give "${name}" a default, or put what belongs together under {when: ${name}, value: ${entries}}`;
  return [{ finding: 'left-out', path, message }];
}

/** A variable whose value is a choice without `else` is there without it, and empty. */
function reviewVariable({ name, value }: JsonObject, path: KeyPath): readonly Remark[] {
  if (typeof name !== 'string' || !isObject(value) || !isChoice(value) || 'else' in value) return [];
  const message = `"${name}" is set and empty where the condition does not hold; put {when: …} around {name: ${name}, …}`;
  return [{ finding: 'left-out', path: [...path, 'value'], message }];
}

/** What a mount or a port is without: a parameter there takes all of it away. */
const extras: readonly { readonly of: string; readonly keys: readonly string[]; readonly what: string }[] = [
  { of: 'mountPath', keys: ['subPath', 'subPathExpr'], what: 'mount' },
  { of: 'containerPort', keys: ['name', 'hostPort', 'hostIP', 'protocol'], what: 'port' },
];

function reviewExtras(value: JsonObject, path: KeyPath, { optional }: Scope): readonly Remark[] {
  return extras
    .filter(({ of }) => of in value)
    .flatMap(({ keys, what }) =>
      keys.flatMap((key): readonly Remark[] => {
        const text = value[key];
        if (typeof text !== 'string') return [];
        const name = parametersIn(text).find(optional);
        if (name === undefined) return [];
        const message = `the whole ${what} is left out where "${name}" has no value; write ${key}: {when: ${name}, value: ${JSON.stringify(text)}} if only this key is meant`;
        return [{ finding: 'left-out', path: [...path, key], message }];
      }),
    );
}
