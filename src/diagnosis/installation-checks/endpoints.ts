import { at } from '../../kubernetes/json.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { ownName } from '../registration.ts';

export const endpoints: InstallationCheck = {
  name: 'endpoints',
  category: 'service',
  title: 'the Service has replicas that are ready',
  judge: ({ endpoints, service, namespace }) => {
    if (isKnown(service) && at(service.value, ['spec', 'externalName']) !== undefined)
      return ok('it has none of its own');
    if (!isKnown(endpoints)) return unread(`endpoints of service ${namespace}/${ownName}`, endpoints);
    const ready = endpoints.value.filter(({ isReady }) => isReady);
    if (ready.length > 0) return ok(`${ready.length} of ${endpoints.value.length}`);
    return failure(
      'service-without-endpoints',
      endpoints.value.length === 0
        ? `Service ${namespace}/${ownName} has no endpoints`
        : `none of the ${endpoints.value.length} endpoints of Service ${namespace}/${ownName} is ready`,
      `see kubectl --namespace ${namespace} get pods, and the labels of Service and pods`,
    );
  },
};
