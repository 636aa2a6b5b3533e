import { defineConfig } from 'vitest/config';

/**
 * In the gate a case on real servers, or at a machine's limits, is tried once more before it counts as failed: machines there
 * are slow and shared. Whatever is really broken fails twice, and a report shows what needed the second try.
 */
const retry = process.env['CI'] ? 1 : 0;

/** Cases on a cluster with a node. */
function clusterProject(name: string, include: string[], exclude: string[] = []) {
  return {
    test: {
      name,
      retry,
      include,
      exclude,
      globalSetup: ['test/cluster/global-setup.ts'],
      // Cases wait more than they work, each in a namespace of its own.
      sequence: { concurrent: true },
      maxWorkers: 2,
      maxConcurrency: 4,
      hookTimeout: 120_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/property/**/*.test.ts'],
          // No file changes what another one imports: a program of its own for each would take longer than the tests.
          isolate: false,
          maxWorkers: '100%',
          // Thousands of random cases on a busy machine take longer than the five seconds of vitest.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          maxWorkers: '100%',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          retry,
          // What takes a machine to its limits, or builds and installs a package first.
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'manifests',
          include: ['test/manifests/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'sidecars',
          retry,
          include: ['test/sidecars/**/*.test.ts'],
          globalSetup: ['test/sidecars/global-setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          retry,
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/global-setup.ts'],
          // Each file starts a browser, which needs more than one thread itself.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/**/*.old.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
          // One control plane and one webhook registration: one file after the other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e-old',
          retry,
          // What has to do with the API server's age: conditions, policies, patches, native sidecars, server-side apply.
          include: [
            'test/e2e/*.old.test.ts',
            'test/e2e/{injection,modes,outage,refusals,reinvocation,managed-certificates,guard,own-account,policy-warnings,custom-workloads}.test.ts',
            'test/e2e/{namespace-calls,namespace-components,namespace-guard,namespace-outage,guard-agreement}.test.ts',
          ],
          globalSetup: ['test/e2e/old-global-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: ['test/chaos/global-setup.ts'],
          // One control plane, and a load that needs the whole machine.
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      clusterProject('cluster', ['test/cluster/**/*.test.ts'], ['test/cluster/**/*.long.test.ts']),
      // What takes minutes of a node.
      clusterProject('cluster-long', ['test/cluster/**/*.long.test.ts']),
    ],
  },
});
