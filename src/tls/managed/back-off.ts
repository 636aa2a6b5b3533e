/**
 * How long to wait before the next attempt, in milliseconds: twice as long after each failure, at most ten seconds, so
 * that replicas are back soon after the API server is. Between half of it and all of it, so that they do not all come
 * at once.
 *
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const longestMs = Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
  return longestMs * (0.5 + random / 2);
}

const firstMs = 500;
const maxMs = 10_000;
