/** What fuzzed reviews start from: the pods of the golden cases, arbitrary ones, and workloads that make the same pods. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isObject } from '../../src/kubernetes/json.ts';
import { workloadKinds } from '../../src/kubernetes/workload.ts';
import { writeJson } from '../number-text.ts';
import { anyPod, injectablePod } from '../property/arbitrary-pod.ts';
import { rollout } from './settings.ts';

const golden = fileURLToPath(new URL('../golden', import.meta.url));

/** Reviews as JSON texts. */
export function corpusOf(seed: number): readonly string[] {
  const arbitrary = [
    ...fc.sample(injectablePod, { seed, numRuns: 100 }),
    ...fc.sample(anyPod, { seed, numRuns: 100 }),
  ];
  const pods = [...goldenPods(), ...arbitrary.map(pod => JSON.parse(writeJson(pod)))];
  return pods.flatMap((pod, index) => [reviewOf('', 'Pod', pod), workloadReview(pod, index)]);
}

function goldenPods(): readonly unknown[] {
  const cases = readdirSync(golden, { withFileTypes: true }).filter(entry => entry.isDirectory());
  const files = cases.flatMap(({ name }) => [`${name}/pod.yaml`, `${name}/pod-after.yaml`]);
  const present = files.map(file => `${golden}/${file}`).filter(file => existsSync(file));
  return present.map(file => parse(readFileSync(file, 'utf8')));
}

/** A workload, each time of another kind, that makes such pods: annotated itself, or in its template. */
function workloadReview(pod: unknown, index: number): string {
  const kind = workloadKinds[index % (workloadKinds.length + 1)] ?? rollout.kind;
  const { metadata = {}, spec } = isObject(pod) ? pod : {};
  const annotations = isObject(metadata) ? metadata['annotations'] : {};
  const isOwn = index % 3 > 0;
  const template = { metadata: isOwn ? { labels: { app: 'web' } } : metadata, spec };
  const inner = kind === 'CronJob' ? { jobTemplate: { metadata: {}, spec: { template } } } : { template };
  const object = { metadata: { name: 'web', ...(isOwn ? { annotations } : {}) }, spec: inner };
  const groups: Readonly<Record<string, string>> = { Job: 'batch', CronJob: 'batch', Rollout: rollout.group };
  return reviewOf(groups[kind] ?? 'apps', kind, object);
}

function reviewOf(group: string, kind: string, object: unknown): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group, version: 'v1', kind },
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'alice', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
    },
  });
}
