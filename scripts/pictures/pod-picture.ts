/** docs/pictures/pod.svg: the pod of docs/examples/pod.yaml, and what the engine makes of it. */
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { examplePod, type InjectedExample } from './injected-example.ts';
import { type MarkedLine, markedLines } from './marked-lines.ts';
import { podScheme } from './pod-scheme.ts';
import { box, label, svgFile } from './svg.ts';

export function podPicture({ before, after }: InjectedExample): string {
  const lines = markedLines(before as unknown as JsonObject, after as unknown as JsonObject, columns);
  const height = top + lines.length * lineHeight + 16;
  const added = after.spec.initContainers?.map(({ name }) => name).join(', ');
  return svgFile({
    width,
    height,
    title: 'A pod before and after the injector',
    description: `The pod of ${examplePod} as YAML. Lines marked + are what the injector adds: annotations, volumes, a mount in the app's container, and the container ${added}. Beside it the same pod as boxes, before and after: ${added} starts first, the app finds the content in a shared volume.`,
    parts: [
      label({ x: 16, y: 28 }, `${examplePod}, and what is added (+); … is shortened`, 'heading'),
      ...lines.flatMap(lineParts),
      ...podScheme({ before, after, x: 572, y: 28, width: width - 572 - 16 }),
    ],
  });
}

const width = 940;
const top = 44;
const lineHeight = 18;
/** How many characters a line of YAML may have: what the manifest of the example needs. */
const columns = 67;

function lineParts({ text, isAdded }: MarkedLine, index: number): readonly string[] {
  const y = top + index * lineHeight;
  const base = y + 13;
  if (!isAdded) return [label({ x: 28, y: base }, text, 'code')];
  return [
    box({ x: 10, y, width: 540, height: lineHeight }, 'band'),
    label({ x: 16, y: base }, '+', 'code added'),
    label({ x: 28, y: base }, text, 'code added'),
  ];
}
