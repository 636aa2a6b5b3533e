import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandBlock, commandBlocks, documents } from '../documents.ts';
import { installCustomResourceDefinitions } from './custom-resources.ts';
import { certificateDirectory, cleanEnvironment, projectDirectory } from './installation.ts';
import { controlPlane, describeWithApiServer, kubectl, reinstall, useWebhook } from './suite.ts';

const withCluster = documents.filter(document =>
  commandBlocks(document).some(({ needs }) => needs[0] === 'cluster'),
);

describeWithApiServer.each(withCluster)('the commands of %s', document => {
  useWebhook();
  // The examples name no namespace: they go where kubectl goes.
  beforeAll(async () => {
    await kubectl('delete deployment web shop --ignore-not-found --now');
    await kubectl('delete pod web --ignore-not-found --now');
    await installCustomResourceDefinitions(kubectl);
  });
  afterAll(reinstall);

  // Of cert-manager there are the kinds, but nobody who makes certificates.
  it.each(commandBlocks(document).filter(({ needs }) => /^(cluster|cert-manager)$/.test(needs[0] ?? '')))(
    'do what it says: $commands',
    async block => {
      const { exitCode, output } = await run(block);
      expect(exitCode === 0, output).toBe(!block.needs.includes('fails'));
      expect(output.replace(/\n$/, '')).toContain(block.shows?.trim() ?? '');
    },
  );
});

async function run({
  commands,
}: CommandBlock): Promise<{ readonly exitCode: number; readonly output: string }> {
  const env = { ...cleanEnvironment, KUBECONFIG: controlPlane().kubeconfig, KUBERC: 'off' };
  const options = { cwd: projectDirectory, env, timeout: 100_000 };
  // The certificates of the run and not those of whoever runs it.
  const here = commands.replaceAll(
    'sidecar-injector certs',
    `sidecar-injector certs --dir '${certificateDirectory(controlPlane())}'`,
  );
  try {
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['-e', '-o', 'pipefail', '-c', here],
      options,
    );
    return { exitCode: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, output: `${stdout}${stderr}` };
  }
}
