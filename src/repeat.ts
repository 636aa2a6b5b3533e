/**
 * Does something again and again until it is told to stop by the function that it returns. The pause is counted from
 * the end of one time to the start of the next, so that what takes long is never under way twice.
 */
export function repeat(task: () => Promise<void>, pauseMs: number): () => void {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    if (!isStopped) timer = setTimeout(() => void task().finally(wait), pauseMs);
  };
  wait();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
