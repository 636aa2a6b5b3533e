import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import type { InstallationCheck } from '../installation-check.ts';

export const kubernetesApi: InstallationCheck = {
  name: 'kubernetes-api',
  category: 'kubernetes',
  title: 'the Kubernetes API answers',
  judge: ({ server }) =>
    isKnown(server)
      ? ok(server.value.text)
      : failure(
          'api-unreachable',
          `the Kubernetes API: ${server.unknown}`,
          'see that the context is the right one (--context) and that kubectl version answers',
        ),
};
