import type { Json, JsonObject } from '../../kubernetes/json.ts';
import { at } from '../../kubernetes/json.ts';
import { readManifests } from '../../manifests/edit-manifests.ts';
import type { EditedManifest } from '../../written-objects/edited-manifest.ts';
import { type ObjectReport, operationsOf, warningsOf } from '../../written-objects/object-report.ts';
import { print } from '../print.ts';
import type { ManifestChoice } from './manifest-options.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Prints manifests in one form, each when it comes or all at the end. */
export interface ManifestPrinter {
  readonly add: (edited: EditedManifest) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The printer for what was chosen. */
export function printerFor({ output, check }: ManifestChoice, count: number): ManifestPrinter {
  switch (output) {
    case 'yaml':
      return check ? changedNames() : texts(count);
    case 'json':
      return check ? atTheEnd(changedJson) : atTheEnd(objectsJson);
    case 'patch':
      return atTheEnd(patchJson);
    case 'diff':
      return { add: ({ name, before, after }) => print(unifiedDiff(name, before, after)), end: nothing };
  }
}

const nothing = async () => undefined;

/** The texts as they are; several are one stream of documents, as `kubectl apply` takes it. */
function texts(count: number): ManifestPrinter {
  let last: string | undefined;
  const add = async ({ after, isRefused }: EditedManifest) => {
    if (isRefused || after === '') return;
    await print(`${separation(last, after, count)}${after}`);
    last = after;
  };
  return { add, end: nothing };
}

/** What stands between two texts. A stream that begins with a brace would be taken for one of JSON alone. */
function separation(last: string | undefined, next: string, count: number): string {
  if (last === undefined) return count > 1 && /^\s*\{/.test(next) ? '---\n' : '';
  const newline = last.endsWith('\n') ? '' : '\n';
  return /^(?:---\s|%)/.test(next) ? newline : `${newline}---\n`;
}

function changedNames(): ManifestPrinter {
  return { add: async edited => (isChanged(edited) ? print(`${edited.name}\n`) : undefined), end: nothing };
}

function isChanged({ before, after }: EditedManifest): boolean {
  return before !== after;
}

/** One object of JSON takes all manifests together. */
function atTheEnd(inJson: (all: readonly EditedManifest[]) => unknown): ManifestPrinter {
  const all: EditedManifest[] = [];
  return {
    add: async edited => {
      all.push(edited);
    },
    end: () => print(`${JSON.stringify(inJson(all), undefined, 2)}\n`),
  };
}

function changedJson(all: readonly EditedManifest[]) {
  return { changed: all.filter(isChanged).map(({ name }) => name) };
}

/** The objects as kubectl takes them: one as it is, several as a list. */
function objectsJson(all: readonly EditedManifest[]): JsonObject {
  const readable = all.filter(({ isRefused }) => !isRefused);
  const items = readable.flatMap(({ after }) => readManifests(after).objects.map(({ value }) => value));
  const [only, ...others] = items;
  return only !== undefined && others.length === 0
    ? only
    : { apiVersion: 'v1', kind: 'List', items: items as readonly Json[] };
}

/** What becomes of each object, with the operations of its JSON Patch. */
function patchJson(all: readonly EditedManifest[]) {
  return { objects: all.flatMap(({ name, objects }) => objects.map(report => objectJson(name, report))) };
}

function objectJson(file: string, { object, line, decision }: ObjectReport) {
  const told = (findings: readonly { readonly code: string; readonly message: string }[]) =>
    findings.map(({ code, message }) => ({ code, message }));
  return {
    file,
    line,
    apiVersion: object['apiVersion'],
    kind: object['kind'],
    namespace: at(object, ['metadata', 'namespace']),
    name: at(object, ['metadata', 'name']),
    outcome: decision.outcome,
    reason: decision.outcome === 'skipped' ? decision.reason : undefined,
    sidecars: 'sidecars' in decision ? decision.sidecars : [],
    operations: operationsOf(decision),
    refusals: decision.outcome === 'refused' ? told(decision.refusals) : [],
    warnings: told(warningsOf(decision)),
  };
}
