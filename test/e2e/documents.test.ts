import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandBlock, commandBlocks, documents } from '../documents.ts';
import { installCustomResourceDefinitions } from './custom-resources.ts';
import { certificateDirectory, cleanEnvironment, projectDirectory } from './installation.ts';
import { useReplica } from './replicas.ts';
import { controlPlane, describeWithApiServer, kubectl, reinstall, useWebhook } from './suite.ts';

const withCluster = documents.filter(document =>
  commandBlocks(document).some(({ needs }) => needs[0] === 'cluster'),
);

describeWithApiServer.each(withCluster)('the commands of %s', document => {
  const webhook = useWebhook();
  if (asksInjector(document)) useReplica(webhook);
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

/** Whether its commands ask the injector what it has in force. */
function asksInjector(document: string): boolean {
  return commandBlocks(document).some(({ commands }) =>
    /sidecar-injector (?:status|upgrade)\b/.test(commands),
  );
}

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
  // As a terminal shows it: kubectl prints a warning before what it says of the object.
  const args = ['-e', '-o', 'pipefail', '-c', `exec 2>&1\n${here}`];
  try {
    const { stdout } = await promisify(execFile)('bash', args, options);
    return { exitCode: 0, output: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { exitCode: code, output: stdout };
  }
}
