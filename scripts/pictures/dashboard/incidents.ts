/** What goes wrong in the two minutes that the picture of the dashboard shows, and is put right. */
import { setTimeout as sleep } from 'node:timers/promises';
import { baseDirectory } from '../../../test/e2e/installation.ts';
import type { Kubectl } from '../../../test/e2e/kubectl.ts';
import type { Webhook } from '../../../test/e2e/webhook.ts';

const definitions = ['-n', 'sidecar-injector', 'configmap', 'sidecar-injector-sidecars'];
const definition = 'log-collector.yaml';

/** Somebody applies a definition that is none, and 45 seconds later deletes the webhook configuration. */
export async function causeIncidents(kubectl: Kubectl, webhooks: readonly Webhook[]): Promise<void> {
  const { stdout } = await kubectl(['get', ...definitions, '--output', 'json']);
  const shipped: string = JSON.parse(stdout).data[definition];
  const write = async (text: string) => {
    const patch = JSON.stringify({ data: { [definition]: text } });
    await kubectl(['patch', ...definitions, '--type', 'merge', '--patch', patch]);
    for (const webhook of webhooks) await webhook.mount();
  };
  await sleep(45_000);
  await write('kind: Sidecar\n');
  await sleep(15_000);
  await write(shipped);
  await sleep(30_000);
  await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
  await sleep(8_000);
  await kubectl(['apply', '--kustomize', baseDirectory]);
}
