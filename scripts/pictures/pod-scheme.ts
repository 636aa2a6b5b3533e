import { isNativeSidecar } from '../../src/kubernetes/containers.ts';
import { at } from '../../src/kubernetes/json.ts';
import type { Container, Pod, Volume } from '../../src/kubernetes/pod.ts';
import { box, label, type Rectangle, stroke } from './svg.ts';

/** Where a pod before and after is drawn as boxes, and what of. */
export interface Scheme {
  readonly before: Pod;
  readonly after: Pod;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A pod before and after as boxes: its containers in the order in which they start, and the volume that they share. */
export function podScheme({ before, after, x, y, width }: Scheme): readonly string[] {
  const [app] = before.spec.containers ?? [];
  const [appAfter] = after.spec.containers ?? [];
  const sidecar = after.spec.initContainers?.find(
    container => isNativeSidecar(container) && at(container, ['startupProbe']) !== undefined,
  );
  const volume = after.spec.volumes?.find(({ name }) => [appAfter, sidecar].every(mountIn(name)));
  if (app === undefined || appAfter === undefined || sidecar === undefined || volume === undefined)
    throw new Error(
      'the picture of a pod is of an app that waits for a native sidecar and shares a volume with it',
    );
  const inside = { x: x + 16, width: width - 32 };
  return [
    label({ x, y }, 'before', 'heading'),
    ...podBox({ x, y: y + 12, width, height: 104 }, before),
    ...containerBox({ ...inside, y: y + 46, height: 56 }, app, 'panel', ''),
    label({ x, y: y + 156 }, 'after', 'heading'),
    ...podBox({ x, y: y + 168, width, height: 358 }, after),
    ...containerBox(
      { ...inside, y: y + 202, height: 74 },
      sidecar,
      'new',
      '1. starts first, and runs beside the app',
    ),
    ...mountArrow(inside.x + 24, [y + 276, y + 318], `writes at ${mountPath(sidecar, volume)}`),
    box({ ...inside, y: y + 318, height: 38 }, 'new'),
    label({ x: inside.x + 12, y: y + 342 }, `volume ${volume.name} (${kindOf(volume)})`, 'added'),
    ...mountArrow(inside.x + 24, [y + 356, y + 398], `reads at ${mountPath(appAfter, volume)}`),
    ...containerBox(
      { ...inside, y: y + 398, height: 74 },
      appAfter,
      'panel',
      '2. starts when the content is there',
    ),
    label({ x: inside.x, y: y + 500 }, 'The containers of the author stay as they are', 'small quiet'),
    label({ x: inside.x, y: y + 515 }, 'but for a mount that an annotation asks for.', 'small quiet'),
  ];
}

function podBox(place: Rectangle, { metadata }: Pod): readonly string[] {
  return [
    box(place, 'ground'),
    label({ x: place.x + 16, y: place.y + 22 }, `pod ${metadata.name ?? ''}`, 'quiet'),
  ];
}

function containerBox(
  place: Rectangle,
  container: Container,
  ground: string,
  note: string,
): readonly string[] {
  const [x, colour] = [place.x + 12, ground === 'new' ? 'added' : ''];
  return [
    box(place, ground),
    label({ x, y: place.y + 22 }, `container ${container.name}`, colour),
    label({ x, y: place.y + 41 }, String(at(container, ['image']) ?? ''), `code small ${colour}`),
    ...(note === '' ? [] : [label({ x, y: place.y + 61 }, note, `small ${colour}`)]),
  ];
}

function mountArrow(x: number, [from, to]: readonly [number, number], text: string): readonly string[] {
  const tip = to - 1;
  return [
    stroke(
      [
        { x, y: from },
        { x, y: tip },
      ],
      'new-line curve',
    ),
    stroke(
      [
        { x: x - 5, y: tip - 7 },
        { x, y: tip },
        { x: x + 5, y: tip - 7 },
      ],
      'new-line curve',
    ),
    label({ x: x + 16, y: (from + to) / 2 + 4 }, text, 'code small added'),
  ];
}

function mountIn(volume: string) {
  return (container: Container | undefined) =>
    container?.volumeMounts?.some(({ name }) => name === volume) ?? false;
}

function mountPath({ volumeMounts }: Container, volume: Volume): string {
  const mount = volumeMounts?.find(({ name }) => name === volume.name);
  return `${mount?.mountPath}${mount?.readOnly ? ', read-only' : ''}`;
}

/** A volume has one key beside its name. */
function kindOf(volume: Volume): string {
  return Object.keys(volume).find(key => key !== 'name') ?? '';
}
