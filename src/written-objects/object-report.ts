import { fewLines } from '../admission/few-lines.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import type { Refusal, Warning } from '../injection/reason.ts';
import { shownList, shownName } from '../injection/shown-value.ts';
import type { RemovalDecision } from '../injection/uninject.ts';
import { at, type JsonObject } from '../kubernetes/json.ts';
import type { ObjectInjection } from './inject-object.ts';

/** What becomes of an object. */
export type ObjectDecision = ObjectInjection | RemovalDecision;

/** An object of a manifest, and what becomes of it. */
export interface ObjectReport {
  readonly object: JsonObject;
  /** Where it begins in its file. */
  readonly line: number;
  readonly decision: ObjectDecision;
}

/** The operations of a decision; none where the object is refused. */
export function operationsOf(decision: ObjectDecision): readonly PatchOperation[] {
  return 'operations' in decision ? decision.operations : [];
}

export function warningsOf(decision: ObjectDecision): readonly Warning[] {
  return 'warnings' in decision ? decision.warnings : [];
}

/** What a person is told of an object: a line with what became of it, and one for each warning. */
export function reportLines({ object, decision }: ObjectReport): readonly string[] {
  const name = shownObject(object);
  const warnings = few(warningsOf(decision)).map(line => `${name} warning: ${line}`);
  if (decision.outcome === 'refused')
    return [...few(decision.refusals).map(line => `${name} refused: ${line}`), ...warnings];
  return [`${name} ${outcomeOf(decision)}`, ...warnings];
}

/** An object as kubectl names it: `deployment/web`. */
export function shownObject(object: JsonObject): string {
  const kind = String(object['kind']).toLowerCase();
  const name = at(object, ['metadata', 'name']) ?? at(object, ['metadata', 'generateName']);
  return `${shownName(kind)}/${typeof name === 'string' ? shownName(name) : ''}`;
}

function outcomeOf(decision: Exclude<ObjectDecision, { readonly outcome: 'refused' }>): string {
  if (decision.outcome === 'skipped') return `skipped: ${decision.reason}`;
  const { outcome, sidecars } = decision;
  return `${outcome}: ${sidecars.length === 0 ? 'annotations' : shownList(sidecars)}`;
}

function few(findings: readonly (Refusal | Warning)[]): readonly string[] {
  const { lines, more } = fewLines(findings, ({ code, message }) => `${message} (${code})`, maxBytes);
  return more === 0 ? lines : [...lines, `and ${more} more`];
}

/** As much as the webhook tells. */
const maxBytes = 4000;
