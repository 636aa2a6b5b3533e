import { ApiClient } from '../cluster/api-client.ts';
import type { ClusterAccess } from '../cluster/cluster-access.ts';
import { tell } from './print.ts';

/** Talks to the API server for somebody who waits, and says once on standard error what is waited for. */
export function clientForPerson(access: ClusterAccess): ApiClient {
  let isTold = false;
  const onSilence = (host: string) => {
    if (!isTold) tell(`sidecar-injector: waiting for ${host} …`);
    isTold = true;
  };
  return new ApiClient(access, () => new Date(), { onSilence });
}
