import { setTimeout as sleep } from 'node:timers/promises';
import { contextOption, kubeconfigOption } from './cluster-options.ts';
import { defineCommand, exitCodes } from './command.ts';
import { connectToContext } from './connect-to-context.ts';
import { print, tell } from './print.ts';

/** Takes the injector out of the way of pods, before it is deleted itself. */
export const unregister = defineCommand({
  name: 'unregister',
  description: `Deletes what makes the API server ask the injector, and refuse what the injector has not seen: the bindings and
policies of the components first, then, three seconds later so that every API server has noticed, the
MutatingWebhookConfiguration. No pod is refused on the way, and what is created afterwards starts without sidecars. The
rest of the installation stays, and pods that have sidecars keep them.

It is the first step of an uninstallation, and a way out where annotated pods are refused because no injector answers. Applying
the manifests again registers it again. It may be run twice; it ends at the first object that cannot be deleted, and in a pod
it uses the account of that pod.`,
  examples: [
    ['unregister --dry-run', 'what would be deleted'],
    ['unregister', 'and then the rest of the installation'],
  ],
  exits: {
    ok: 'nothing of it is registered any more',
    failure: 'something cannot be deleted, or the registration is that of somebody else',
  },
  parser: parser =>
    parser
      .option('--dry-run', 'the API server is asked to delete, and keeps everything')
      .option(
        '-n, --namespace <name>',
        'only where the injector is in this namespace (default: wherever it is)',
      )
      .addOption(contextOption)
      .addOption(kubeconfigOption),
  run: async ({ options: { dryRun: isDryRun = false, namespace, ...choice } }) => {
    const { name: context, client } = await connectToContext(choice);
    const cluster = await import('../cluster/unregister.ts');
    tell(`context ${context}`);
    let count = 0;
    for await (const { resource, name } of cluster.unregister(
      { client, pause: sleep },
      { namespace, isDryRun },
    )) {
      count += 1;
      const object = `${resource.kind.toLowerCase()}.${resource.group}/${name}`;
      await print(`${object} deleted${isDryRun ? ' (server dry run)' : ''}\n`);
    }
    tell(outcome(count, isDryRun));
    return exitCodes.ok;
  },
});

function outcome(count: number, isDryRun: boolean): string {
  if (count === 0) return 'nothing is registered';
  if (isDryRun) return `${count} objects would be deleted; nothing is`;
  return `${count} objects deleted; pods that are created now get no sidecars`;
}
