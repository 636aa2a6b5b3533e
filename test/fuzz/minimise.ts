/** Makes a failing review smaller for as long as it fails, so that a person sees what is wrong with it. */
import type { Node } from './mutate-review.ts';

/** The smallest review found in the time that still fails. */
export function minimised(review: Node, fails: (review: Node) => boolean, withinMs = 3000): Node {
  const deadlineMs = performance.now() + withinMs;
  const isLate = () => performance.now() > deadlineMs;
  const next = (from: Node) => {
    for (const candidate of candidates(from)) if (isLate() || fails(candidate)) return candidate;
    return undefined;
  };
  let smallest = review;
  for (let smaller = next(smallest); smaller !== undefined && !isLate(); smaller = next(smallest))
    smallest = smaller;
  return smallest;
}

/** Everything that is one step smaller, the largest steps first. */
function* candidates(review: Node): Generator<Node> {
  for (const path of pathsIn(review)) yield* smaller(review, path);
}

type Path = readonly string[];

/** The places in an object, outer ones first. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || path.length > 40) return [];
  return Object.entries(value).flatMap(([key, below]) => [[...path, key], ...pathsIn(below, [...path, key])]);
}

/** The review without that place, and with half of what is there. */
function* smaller(review: Node, path: Path): Generator<Node> {
  const key = path.at(-1) ?? '';
  const changed = (change: (parent: Node) => void): Node | undefined => {
    const copy = structuredClone(review);
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((node, step) => (node as Node | undefined)?.[step], copy);
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined;
    change(parent as Node);
    return copy;
  };
  const without = changed(parent => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  });
  if (without !== undefined) yield without;
  for (const half of ['first', 'second'] as const) {
    const halved = changed(parent => {
      parent[key] = halfOf(parent[key], half);
    });
    if (halved !== undefined && JSON.stringify(halved).length < JSON.stringify(review).length) yield halved;
  }
}

function halfOf(value: unknown, half: 'first' | 'second'): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) return value;
  const middle = Math.ceil(value.length / 2);
  return half === 'first' ? value.slice(0, middle) : value.slice(middle);
}
