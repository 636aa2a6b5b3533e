/** Work that is measured and cannot run for ever. */
import { createContext, Script } from 'node:vm';

/** CPU time of this thread, so that the load of the machine and the collector's helpers do not count. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const context = createContext({ work: () => {} });
const call = new Script('work()');

/**
 * Does some work, but no longer than it may take. An endless loop ends too, one in a regular expression included.
 *
 * @returns whether it was ended.
 */
export function isEnded(work: () => void, timeoutMs: number): boolean {
  Object.assign(context, { work });
  try {
    call.runInContext(context, { timeout: timeoutMs });
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return true;
    throw error;
  }
}
