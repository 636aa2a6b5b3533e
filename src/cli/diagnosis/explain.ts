import { hasFindings } from '../../diagnosis/explanation/explanation.ts';
import {
  configOption,
  contextOption,
  kubeconfigOption,
  namespaceOption,
  namespacesOption,
  sidecarsOption,
} from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import type { EngineChoice } from '../load-engine.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { repeatableOption } from '../repeatable-option.ts';
import { type Explained, explainFiles } from './explain-files.ts';
import { type ExplainTarget, explainTarget } from './explain-target.ts';
import { explanationText } from './explanation-text.ts';
import type { ClusterChoice } from './look-at-cluster.ts';

/** Says whether an object gets a sidecar, and if not, what prevents it. */
export const explain = defineCommand({
  name: 'explain',
  description: `Says whether a pod, or the pods of a workload, get a sidecar, with what and where its content is, or exactly
what prevents it and what to do. Of an object in a cluster it also looks at the pods that run, at the namespace and at the
injector there; of a manifest only where --context names a cluster.

What the pods inherit is told with where it comes from: the namespace, or a rule of the configuration. Without a cluster,
Namespaces are found among the manifests, and in the file that --namespaces names.

The codes in brackets are those of docs/reasons.md, the same as in the messages of the webhook.`,
  examples: [
    ['explain -f docs/examples/pod.yaml', 'a manifest, without a cluster'],
    [
      'explain -f web.yaml --namespaces namespaces.yaml -n shop',
      'the same as it is in namespace shop, still without a cluster',
    ],
    ['explain deployment/web -n shop', 'why have the pods of web no sidecar?'],
    ['explain pod/web-0 -o json', 'one pod, for a program'],
  ],
  exits: {
    ok: 'it has its sidecar or would get it, or nothing asks for one',
    failure: 'it cannot be read',
    findings: 'something prevents it',
  },
  parser: parser =>
    parser
      .argument('[object...]', 'KIND/NAME or KIND NAME, with kinds as kubectl takes them')
      .addOption(
        repeatableOption(
          '-f, --filename <path>',
          'a file, a directory with all that is below it, or - for standard input',
        ),
      )
      .addOption(namespaceOption)
      .addOption(contextOption)
      .addOption(kubeconfigOption)
      .addOption(sidecarsOption)
      .addOption(configOption)
      .addOption(namespacesOption)
      .addOption(outputOption(['text', 'json'])),
  run: async ({ operands: [operands], options }) => {
    const target = explainTarget(options.filename ?? [], operands);
    const { objects, ...source } = await explanations(target, options);
    if (options.output === 'json') await print(`${JSON.stringify({ ...source, objects }, undefined, 2)}\n`);
    else await print(objects.map(explanationText).join('\n'));
    if (objects.length === 0) tell('nothing in it makes pods, and nothing asks for a sidecar');
    return objects.some(hasFindings) ? exitCodes.findings : exitCodes.ok;
  },
});

/** What a cluster takes is loaded only where one is asked. */
async function explanations(target: ExplainTarget, choice: ClusterChoice & EngineChoice): Promise<Explained> {
  const { paths } = target;
  if (paths !== undefined && choice.context === undefined && choice.kubeconfig === undefined) {
    return explainFiles(paths, choice);
  }
  const { explainFilesInCluster, explainObject } = await import('./explain-in-cluster.ts');
  return paths === undefined ? explainObject(target, choice) : explainFilesInCluster(paths, choice);
}
