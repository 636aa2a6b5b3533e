/** A number of pods, or a part of them: `3` or `25%`. */
export type Share = { readonly count: number } | { readonly percent: number };

/** Reads a number from 1 to 9999999 or a percentage from 1% to 100%; undefined where it is neither. */
export function parseShare(text: string): Share | undefined {
  if (/^[1-9][0-9]{0,6}$/.test(text)) return { count: Number(text) };
  if (/^(?:[1-9][0-9]?|100)%$/.test(text)) return { percent: Number(text.slice(0, -1)) };
  return undefined;
}

/** So many of a total; a percentage is rounded down, which is how what may be missing is rounded. */
export function roundedDown(share: Share, total: number): number {
  return 'count' in share ? share.count : Math.floor((total * share.percent) / 100);
}

/** So many of a total, rounded up. */
export function roundedUp(share: Share, total: number): number {
  return 'count' in share ? share.count : Math.ceil((total * share.percent) / 100);
}

/** Whether somebody has said that it may be all. */
export function isAll(share: Share): boolean {
  return 'percent' in share && share.percent === 100;
}
