import { ApiClient } from '../cluster/api-client.ts';
import type { ClusterAccess } from '../cluster/cluster-access.ts';
import { Pace } from '../cluster/pace.ts';
import { tell } from './print.ts';

/** Talks to the API server for somebody who waits, and says once on standard error what is waited for. */
export function clientForPerson(access: ClusterAccess): ApiClient {
  let isTold = false;
  const onSilence = (host: string) => {
    if (!isTold) tell(`sidecar-injector: waiting for ${host} …`);
    isTold = true;
  };
  return new ApiClient(access, () => new Date(), { onSilence, ...limits, pace: new Pace(pace) });
}

/** What a person asks for at once, a page with all that belongs to an object, takes no longer for the pace. */
const pace = { requestsPerSecond: 50, burst: 50 };

/** Enough for the pace where an answer takes a hundred milliseconds; pods and what protects them are watched at a time. */
const limits = { maxSockets: 5, maxWatches: 4 };
