import type { TestProject } from 'vitest/node';

/** The global setup with an older API server; what it starts learns of it from the environment. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  process.env['SIDECAR_INJECTOR_CONTROL_PLANE'] = 'old';
  const { default: setUpControlPlane } = await import('./global-setup.ts');
  return setUpControlPlane(project);
}
