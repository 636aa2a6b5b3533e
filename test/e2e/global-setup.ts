import type { TestProject } from 'vitest/node';
import type { ControlPlaneAccess } from './control-plane.ts';
import { findControlPlaneAssets } from './control-plane-assets.ts';
import { install } from './installation.ts';
import { createKubectl } from './kubectl.ts';
import { layOutProgram } from './shipped-program.ts';
import { startControlPlane } from './start-control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where there is none to test with. */
    controlPlane: ControlPlaneAccess | undefined;
  }
}

/** Starts the one control plane of a run, with `deploy/` applied, and gives the tests access to it. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const assets = findControlPlaneAssets();
  if ('missing' in assets) {
    skip(assets.missing);
    project.provide('controlPlane', undefined);
    return undefined;
  }
  if (!assets.hasControllerManager)
    skip(`there is no kube-controller-manager in ${assets.directory}`, 'what needs controllers');
  const { program, remove } = layOutProgram();
  // The tests' own processes learn of it from the environment.
  process.env['SIDECAR_INJECTOR_TEST_PROGRAM'] = program;
  const { access, stop } = await startControlPlane();
  const tearDown = async () => {
    await stop();
    remove();
  };
  try {
    await install(createKubectl(access));
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('controlPlane', access);
  return tearDown;
}

/** Whoever relies on the suite says so: there a skip is a failure. */
function skip(reason: string, what = 'the whole suite'): void {
  const { CI, SIDECAR_INJECTOR_E2E } = process.env;
  const isRequired =
    SIDECAR_INJECTOR_E2E === 'required' || (CI !== undefined && !['', '0', 'false'].includes(CI));
  if (isRequired) throw new Error(`e2e cannot run ${what}: ${reason}`);
  console.warn(`\ne2e skips ${what}: ${reason}\n`);
}
