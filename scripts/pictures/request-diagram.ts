/** The way of a request in README.md: what stands in it comes from `deploy/` and from the engine. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isNativeSidecar } from '../../src/kubernetes/containers.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';

/** The README with the diagram of today between its marks. */
export function withRequestDiagram(readme: string, after: Pod): string {
  const [start, end] = [readme.indexOf(startMark), readme.indexOf(endMark)];
  if (start < 0 || end < start)
    throw new Error(`README.md: no place for the way of a request; write ${startMark} and ${endMark}`);
  return `${readme.slice(0, start)}${startMark}\n${requestDiagram(after)}\n${readme.slice(end)}`;
}

const startMark = '<!-- The way of a request: written by `npm run generate`. -->';
const endMark = '<!-- The end of the way of a request. -->';

/** https://mermaid.js.org/syntax/sequenceDiagram.html */
function requestDiagram({ spec, metadata }: Pod): string {
  const [workloads, pods] = ['workloads.sidecar.io', 'pods.sidecar.io'].map(failingClosed);
  const sidecar = spec.initContainers?.find(isNativeSidecar)?.name;
  const app = spec.containers?.[0]?.name;
  const lines = [
    'sequenceDiagram',
    'actor user as kubectl or GitOps',
    'participant api as API server',
    'participant injector as sidecar-injector',
    'participant controllers as kube-controller-manager',
    'participant kubelet',
    `user->>api: annotate deployment ${metadata.name}`,
    `api->>injector: ${workloads}`,
    'injector-->>api: JSON Patch: annotations into the pod template',
    'controllers->>api: create a pod from the template',
    `api->>injector: ${pods}`,
    `injector-->>api: JSON Patch: ${sidecar}, volumes, a mount, sidecar.io/status`,
    `Note over api: ${guardName()}:<br/>an annotated pod without its sidecar is refused`,
    'api->>kubelet: the pod, once it has a node',
    `kubelet->>kubelet: start ${sidecar}, wait until the content is there`,
    `kubelet->>kubelet: start ${app}`,
  ];
  return ['```mermaid', ...lines.map((line, index) => (index === 0 ? line : `  ${line}`)), '```'].join('\n');
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly service: { readonly path: string } };
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
}

/** A webhook in the words of an arrow. What the diagram says around it is true of one that fails closed. */
function failingClosed(name: string): string {
  const { webhooks }: { readonly webhooks: readonly Webhook[] } = manifest(
    'base/mutating-webhook-configuration.yaml',
  );
  const webhook = webhooks.find(candidate => candidate.name === name);
  if (webhook?.failurePolicy !== 'Fail')
    throw new Error(`${name}: got failurePolicy ${webhook?.failurePolicy}; the diagram is about Fail`);
  const { clientConfig, failurePolicy, timeoutSeconds } = webhook;
  return `${name}, POST ${clientConfig.service.path}<br/>failurePolicy ${failurePolicy}: no answer in ${timeoutSeconds} s refuses it`;
}

function guardName(): string {
  const { kind, metadata } = manifest('components/guard/guard.yaml');
  return `${kind} ${metadata.name}`;
}

function manifest(path: string) {
  return parse(
    readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8').split(/^---$/m)[0] ?? '',
  );
}
