import type { InjectionDecision } from '../injection/inject.ts';
import { contentInVolume, sharedVolumesOf } from '../injection/merge/assembly.ts';
import { type Warning, warning } from '../injection/reason.ts';
import type { RenderedSidecar } from '../injection/render/render-sidecar.ts';
import { shownName } from '../injection/shown-value.ts';
import { placedContainers } from '../kubernetes/containers.ts';
import { withoutTrailingSlash } from '../kubernetes/mount-path.ts';
import type { Pod, VolumeMount } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { oneLine } from '../shown-text.ts';
import { copiedSidecars } from './copied-sidecars.ts';
import { whenPodsChange } from './when-pods-change.ts';

/** A template as a pod, and what the engine says of it. */
export interface Judgement {
  readonly pod: Pod;
  readonly decision: InjectionDecision;
}

/** The same of a workload before an update. */
export interface EarlierJudgement extends Judgement {
  readonly workload: Workload;
}

/** Says which sidecars the pods will get when, and where their content will be, as far as that was not so before. */
export function previewPods(
  workload: Workload,
  now: Judgement,
  earlier: EarlierJudgement | undefined,
): readonly Warning[] {
  const [coming, known] = [sidecarsOf(now), earlier ? sidecarsOf(earlier) : new Map<string, Prospect>()];
  const pods = podsOf(workload);
  const when = whenPodsChange(workload, earlier?.workload);
  const changed = [...coming].filter(([name, prospect]) => !isSame(prospect, known.get(name)));
  const copied = copiedSidecars(now.pod);
  const gone = [...known.keys()].filter(name => !coming.has(name) && !copied.has(name));
  // A refusal tells what is wrong, and nothing about what will be.
  const isOpen = now.decision.outcome === 'refused';
  return [
    ...changed.map(([name, { content, from, version }]) => {
      const which = version === undefined ? '' : ` (its ${version} version)`;
      const place = content === undefined ? '' : `, content at ${shownName(content)}`;
      return warning(
        'pods-change',
        shownName(name),
        () => `${pods} will get ${shownName(name)}${which}${origin(from)}${when}${place}`,
      );
    }),
    ...(isOpen
      ? []
      : gone.map(name =>
          warning(
            'pods-change',
            shownName(name),
            () => `${pods} will no longer get ${shownName(name)}${when}`,
          ),
        )),
  ];
}

function podsOf(workload: Workload): string {
  return `${shortName(workload)}'s pods`;
}

type Injected = InjectionDecision & { readonly outcome: 'injected' };

/** What a user can tell one sidecar from another by. */
interface Prospect {
  readonly request: string;
  readonly content: string | undefined;
  /** Where the annotation that asks for it comes from, where that is not the workload. */
  readonly from: string | undefined;
  /** Undefined for the current one. */
  readonly version: string | undefined;
}

function origin(from: string | undefined): string {
  return from === undefined ? '' : ` (from ${shownName(from)})`;
}

function sidecarsOf({ pod, decision }: Judgement): ReadonlyMap<string, Prospect> {
  if (decision.outcome !== 'injected') return new Map();
  const mounts = mountsOf(pod, decision);
  return new Map(
    decision.sidecars.map(sidecar => [
      sidecar.instance.name,
      {
        request: sidecar.instance.request.hash,
        content: contentIn(mounts, sidecar),
        from: sidecar.instance.request.from,
        version: sidecar.instance.definition.version,
      },
    ]),
  );
}

function isSame(prospect: Prospect, known: Prospect | undefined): boolean {
  return known !== undefined && known.request === prospect.request && known.content === prospect.content;
}

/** The mounts of the pod's own containers: those that it gets, then those that it has, containers before init containers. */
function mountsOf(pod: Pod, { operations }: Injected): readonly VolumeMount[] {
  const added = operations.filter(({ path }) => /\/volumeMounts(\/-)?$/.test(path));
  const own = placedContainers(pod.spec).toReversed();
  return [
    ...(added.flatMap(({ value }) => value) as readonly VolumeMount[]),
    ...own.flatMap(({ container }) => container.volumeMounts ?? []),
  ];
}

/** Where the app finds the content: the path in the sidecar, seen through the app's mount of the whole shared volume. */
function contentIn(mounts: readonly VolumeMount[], sidecar: RenderedSidecar): string | undefined {
  const asked = sidecar.instance.values.get('mount')?.value;
  for (const { volume } of sharedVolumesOf(sidecar)) {
    const content = contentInVolume(sidecar, volume.name);
    if (content === undefined) continue;
    const whole = mounts.filter(mount => mount.name === volume.name && !mount.subPath && !mount.subPathExpr);
    const paths = whole.map(({ mountPath }) => mountPath);
    const mounted = paths.find(path => withoutTrailingSlash(path) === asked) ?? paths[0];
    if (mounted !== undefined) return `${withoutTrailingSlash(mounted)}${content}`;
  }
  return undefined;
}

/** Names may have 253 characters, and a warning should end with its point. */
function shortName({ kind, metadata }: Workload): string {
  return oneLine(metadata.name || metadata.generateName || `the ${kind}`, maxNameLength);
}

const maxNameLength = 40;
