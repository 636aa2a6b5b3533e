import { isDeepStrictEqual } from 'node:util';
import { applyPatch } from 'rfc6902';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { editManifests, type PatchOf } from '../../src/manifests/edit-manifests.ts';
import { type TrialAdditions, trialAdditions } from './trial-additions.ts';

/** What became of a text that entries were put into and taken out of. */
export interface ManifestTrial {
  /** Its objects as they were read; with the entries in `edited`. */
  readonly objects: readonly JsonObject[];
  readonly edited: readonly JsonObject[];
  readonly text: string;
  /** Why the text cannot be read or edited. */
  readonly problems: readonly string[];
  /** Promises that did not hold. */
  readonly broken: readonly string[];
}

/** Puts entries into every object of a text, and takes them out again. */
export function tryManifests(text: string): ManifestTrial {
  const objects: JsonObject[] = [];
  const untouched = attempt(text, ({ value }) => {
    objects.push(structuredClone(value) as JsonObject);
    return [];
  });
  const nothing = { objects, edited: objects, text };
  if (untouched.problems.length > 0) return { ...nothing, ...untouched };
  if (untouched.text !== text) return { ...nothing, problems: [], broken: ['changed without an operation'] };
  const plan = objects.map(trialAdditions);
  const edited = objects.map((object, index) => patched(object, plan[index]));
  const put = attempt(text, eachOf(plan.map(({ additions }) => additions)));
  if (put.problems.length > 0 || put.broken.length > 0) return { ...nothing, ...put };
  return {
    objects,
    edited,
    text: put.text,
    problems: [],
    broken: brokenBy(text, put.text, { objects, edited, plan }),
  };
}

interface Expected {
  readonly objects: readonly JsonObject[];
  readonly edited: readonly JsonObject[];
  readonly plan: readonly TrialAdditions[];
}

function brokenBy(text: string, withEntries: string, { objects, edited, plan }: Expected): readonly string[] {
  const seen: JsonObject[] = [];
  const read = attempt(withEntries, ({ value }) => {
    seen.push(value);
    return [];
  });
  const taken = attempt(withEntries, eachOf(plan.map(({ removals }) => removals)));
  return [
    ...read.problems.map(problem => `with entries: ${problem}`),
    ...(isDeepStrictEqual(seen, edited) ? [] : [`reads otherwise: object ${firstOther(seen, edited)}`]),
    ...(mayReplace(objects) || isWithin(text, withEntries) ? [] : ['something is lost by putting in']),
    ...taken.problems.map(problem => `taking out: ${problem}`),
    ...taken.broken.map(broken => `taking out: ${broken}`),
    ...(taken.problems.length > 0 || taken.text === text
      ? []
      : [`taking out is not the inverse: ${difference(text, taken.text)}`]),
  ];
}

function attempt(text: string, patchOf: PatchOf) {
  try {
    const { text: edited, problems } = editManifests(text, patchOf);
    return {
      text: edited,
      problems: problems.map(({ line, message }) => `line ${line}: ${message}`),
      broken: [],
    };
  } catch (error) {
    return {
      text,
      problems: [],
      broken: [`throws ${error instanceof Error ? error.stack?.slice(0, 600) : error}`],
    };
  }
}

function eachOf(operations: readonly ReturnType<PatchOf>[]): PatchOf {
  let index = 0;
  return () => operations[index++] ?? [];
}

function patched(object: JsonObject, plan: TrialAdditions | undefined): JsonObject {
  const copy = structuredClone(object) as JsonObject;
  const errors = applyPatch(copy, structuredClone(plan?.additions ?? []) as never).filter(Boolean);
  if (errors.length > 0) throw new Error(`the trial's own patch does not apply: ${errors[0]}`);
  return copy;
}

/** A null that is written out gives way to a list or a map. */
function mayReplace(objects: readonly JsonObject[]): boolean {
  return /"(?:annotations|volumes|env|volumeMounts|initContainers|metadata)":null/.test(
    JSON.stringify(objects),
  );
}

/** Whether the text is left when some signs are taken out of the other one. */
function isWithin(text: string, other: string): boolean {
  let at = 0;
  for (let index = 0; index < other.length && at < text.length; index++) if (other[index] === text[at]) at++;
  return at === text.length;
}

function firstOther(seen: readonly JsonObject[], expected: readonly JsonObject[]): string {
  const index = expected.findIndex((object, at) => !isDeepStrictEqual(object, seen[at]));
  return `${index} of ${expected.length}, ${seen.length} seen`;
}

function difference(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  const around = (whole: string) => JSON.stringify(whole.slice(Math.max(0, at - 60), at + 60));
  return `line ${text.slice(0, at).split('\n').length}: ${around(other)} where ${around(text)} had been`;
}
