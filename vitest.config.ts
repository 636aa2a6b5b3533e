import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'sidecars',
          include: ['test/sidecars/**/*.test.ts'],
          globalSetup: ['test/sidecars/global-setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
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
          // What has to do with the API server's age: conditions, patches, native sidecars, server-side apply.
          include: [
            'test/e2e/*.old.test.ts',
            'test/e2e/{injection,modes,outage,refusals,reinvocation,managed-certificates}.test.ts',
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
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/global-setup.ts'],
          // Cases wait more than they work, each in a namespace of its own.
          sequence: { concurrent: true },
          maxWorkers: 2,
          maxConcurrency: 4,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
