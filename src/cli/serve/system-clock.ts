import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../tls/managed/managed-certificate-options.ts';

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) =>
    sleep(milliseconds, undefined, { signal }).catch(
      () => undefined /* Aborted: whoever sleeps is to look up. */,
    ),
};
