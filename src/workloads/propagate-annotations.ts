import { type Warning, type WarningReason, warning } from '../injection/reason.ts';
import { isCarriedKey } from '../injection/request/annotation-keys.ts';
import { shownKey } from '../injection/shown-value.ts';
import type { Workload, WorkloadLayer } from '../kubernetes/workload.ts';
import { type AnnotationManagers, arePruned, readManagers } from './annotation-managers.ts';
import { type PropagatedAnnotations, readPropagated } from './propagated-annotations.ts';

/** What becomes of the annotations of a pod template. */
export interface Propagation {
  /** The annotations that get another value; undefined for those that go. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** What is to be remembered as carried; undefined where the workload stays as it is. */
  readonly memory: PropagatedAnnotations | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Carries the annotations of a workload into its pod template, and takes back those that it has no longer.
 *
 * | the template has       | the workload asks for | outcome in the template                              |
 * |------------------------|-----------------------|------------------------------------------------------|
 * | nothing                | a value               | that value, carried                                  |
 * | a carried value        | a value               | that value, carried                                  |
 * | a carried value        | nothing               | nothing; in a workload that is created, its value,   |
 * |                        |                       | which becomes the user's, with a warning             |
 * | a value of the user    | anything              | the user's value                                     |
 *
 * A value is carried when it is the one that the memory holds and nobody has written it into the template since. A
 * value that came back with an earlier template is as good as none: the workload itself says what it is to be.
 *
 * A workload that is created with a memory is a copy of another one, as from `kubectl get --output yaml` or a backup.
 * Nothing is rolled back then: a template that has another value than the memory was edited by a user. And nobody who
 * left out the object's annotations has seen them taken back from the template: what is there is what the copy says.
 *
 * `before` is the workload before an update, undefined where it is created.
 */
export function propagateAnnotations(workload: Workload, before: Workload | undefined): Propagation {
  const wanted = wantedAnnotations(workload);
  const known = memoryOf(workload, before);
  const template = workload.template.metadata?.annotations ?? {};
  const isOfUser =
    before === undefined ? ofUserIn(workload, known, wanted) : ofUserSince(workload, known, wanted);
  const keys = [...new Set([...wanted.keys(), ...known.keys()])];
  const ours = keys.filter(key => !isOfUser(key));
  const overruled = keys.filter(key => isOfUser(key) && wanted.has(key) && wanted.get(key) !== template[key]);
  const oursAlone = new Set(ours);
  const again = ours.filter(key => wanted.has(key) && known.has(key) && template[key] !== known.get(key));
  const left =
    before === undefined
      ? [...known.keys()].filter(key => !wanted.has(key) && known.get(key) === template[key])
      : [];
  return {
    changes: new Map(
      ours.filter(key => wanted.get(key) !== template[key]).map(key => [key, wanted.get(key)]),
    ),
    memory: new Map([...wanted].filter(([key]) => oursAlone.has(key))),
    warnings: [
      ...overruledWarnings(workload, [
        ...overruledLayers(workload),
        ...overruled.map((key): Overruled => [key, 'the pod template']),
      ]),
      ...againWarnings(workload, again),
      ...leftWarnings(workload, left),
    ],
  };
}

/** Which annotations of the template of a workload that is updated a user has written there. */
function ofUserSince(
  workload: Workload,
  known: PropagatedAnnotations,
  wanted: ReadonlyMap<string, string>,
): (key: string) => boolean {
  const managers = readManagers(workload);
  const { restored } = managers;
  const template = workload.template.metadata?.annotations ?? {};
  const isChanged = (key: string) =>
    known.get(key) !== template[key] && !(known.has(key) && restored.has(key));
  const isWritten = writtenIn(managers, template, wanted);
  return key => template[key] !== undefined && (isWritten(key) || isChanged(key));
}

/** Whether a manifest has written an annotation into the template, and not only repeats there what the object asks for. */
function writtenIn(
  { written, remembered }: AnnotationManagers,
  template: Readonly<Record<string, string>>,
  wanted: ReadonlyMap<string, string>,
): (key: string) => boolean {
  return key => written.has(key) || (remembered.has(key) && wanted.get(key) !== template[key]);
}

/** The same of a workload that is created, perhaps as a copy. */
function ofUserIn(
  workload: Workload,
  known: PropagatedAnnotations,
  wanted: ReadonlyMap<string, string>,
): (key: string) => boolean {
  const template = workload.template.metadata?.annotations ?? {};
  const isWritten = writtenIn(readManagers(workload), template, wanted);
  return key =>
    template[key] !== undefined && (isWritten(key) || known.get(key) !== template[key] || !wanted.has(key));
}

/** Leaves the template as it is, and says which annotations therefore reach no pod. */
export function leaveAnnotations(workload: Workload): Propagation {
  const template = workload.template.metadata?.annotations ?? {};
  const lost = [...wantedAnnotations(workload)].filter(([key, value]) => template[key] !== value);
  const [[key = ''] = []] = lost;
  const path = [...workload.templatePath, 'metadata.annotations'].join('.');
  const message = () => `${shownKey(key)}${others(lost.length)} does not reach the pods; write it to ${path}`;
  return {
    changes: new Map(),
    memory: undefined,
    warnings: lost.length === 0 ? [] : [warning('not-carried', shownKey(key), message)],
  };
}

/** What a workload asks for; what is nearer to the pod counts. */
function wantedAnnotations({ layers }: Workload): ReadonlyMap<string, string> {
  return new Map(layers.flatMap(carriedOf));
}

function carriedOf({ annotations }: WorkloadLayer): readonly (readonly [string, string])[] {
  return Object.entries(annotations).filter(([key]) => isCarriedKey(key));
}

/** Where the memory was lost or written over by something that is no decision of a user, the earlier one counts. */
function memoryOf(workload: Workload, before: Workload | undefined): PropagatedAnnotations {
  const memory = readPropagated(workload.metadata.annotations ?? {});
  const earlier = readPropagated(before?.metadata.annotations ?? {});
  const isLost = memory?.size === 0 && before !== undefined && arePruned(workload, before);
  return (isLost ? earlier : memory) ?? earlier ?? new Map<string, string>();
}

/** A key, and the place whose value counts. */
type Overruled = readonly [key: string, winner: string];

/** The keys for which two objects around the template ask for different values. */
function overruledLayers({ layers }: Workload): readonly Overruled[] {
  const seen = new Map<string, string>();
  return layers.flatMap(layer => {
    const found = carriedOf(layer).filter(([key, value]) => (seen.get(key) ?? value) !== value);
    for (const [key, value] of carriedOf(layer)) seen.set(key, value);
    return found.map(([key]): Overruled => [key, layer.path]);
  });
}

function overruledWarnings({ kind }: Workload, overruled: readonly Overruled[]): readonly Warning[] {
  return [...new Map(overruled)].map(([key, winner]) =>
    warning(
      'overruled',
      shownKey(key),
      () => `${shownKey(key)}: the value of ${winner} itself counts, not the ${kind}'s`,
    ),
  );
}

/** Tells who takes a carried annotation out of the template that it comes back, as after `kubectl rollout undo`. */
function againWarnings({ kind }: Workload, again: readonly string[]): readonly Warning[] {
  return firstOf(
    'carried-again',
    again,
    keys => `${keys} stays in the template; the ${kind} itself asks for it: remove it there`,
  );
}

/** Tells who creates a copy without the annotations of the object that they are still in its template. */
function leftWarnings({ kind }: Workload, left: readonly string[]): readonly Warning[] {
  return firstOf(
    'left-in-template',
    left,
    keys => `${keys} stays in the template as yours; the ${kind} no longer has it: remove it there too`,
  );
}

/** One warning about keys, which names the first of them. */
function firstOf(
  code: WarningReason,
  [key, ...more]: readonly string[],
  message: (keys: string) => string,
): readonly Warning[] {
  if (key === undefined) return [];
  return [warning(code, shownKey(key), () => message(`${shownKey(key)}${others(more.length + 1)}`))];
}

function others(count: number): string {
  return count > 1 ? ` (and ${count - 1} more)` : '';
}
