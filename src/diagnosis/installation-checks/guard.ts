import type { InstallationCheck } from '../installation-check.ts';
import { guardInForce } from './guard-in-force.ts';

export const guard: InstallationCheck = {
  name: 'guard',
  category: 'guard',
  title: 'bare annotated pods are refused inside the API server',
  judge: installation => guardInForce(installation, 'sidecar-injector-guard'),
};
