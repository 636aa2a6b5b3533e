import { ok } from '../diagnosis.ts';
import type { InstallationCheck } from '../installation-check.ts';
import { namespaceGuardName, prefersAvailability } from '../namespaces-ignore.ts';
import { guardInForce } from './guard-in-force.ts';

export const namespaceGuard: InstallationCheck = {
  name: 'namespace-guard',
  category: 'guard',
  title: 'bare pods of labelled namespaces are refused inside the API server',
  judge: installation =>
    prefersAvailability(installation)
      ? ok('left out, as the component namespaces-ignore does: audit lists such pods')
      : guardInForce(installation, namespaceGuardName),
};
