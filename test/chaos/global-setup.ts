import type { TestProject } from 'vitest/node';
import setUpControlPlane from '../e2e/global-setup.ts';

/** The control plane of the e2e suite, whose API server comes back fifteen seconds after somebody has ended it. */
export default function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  process.env['SIDECAR_INJECTOR_RESTART_API_SERVER_AFTER_SECONDS'] ??= '15';
  return setUpControlPlane(project);
}
