/** The library in sidecars/contrib/, as its pages show it and as a kustomization installs it. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { JsonObject } from '../src/kubernetes/json.ts';
import { type Pod, readPod } from '../src/kubernetes/pod.ts';
import { contribFiles } from './injection-fixture.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The names of its sidecars. */
export const contribNames: readonly string[] = contribFiles.map(({ name }) => name.replace('.yaml', ''));

/** The pods that the page of a sidecar shows. */
export function examplePods(sidecar: string): readonly (Pod & JsonObject)[] {
  const page = readFileSync(join(root, `docs/contrib/${sidecar}.md`), 'utf8');
  return [...page.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, text = '']): unknown => parse(text))
    .filter((value): value is JsonObject => (value as JsonObject)['kind'] === 'Pod')
    .map(pod => readPod(JSON.parse(JSON.stringify(pod))) as Pod & JsonObject);
}

/** The definitions of the ConfigMap that `kubectl kustomize` makes with a line for each of them, in a copy at this place. */
export function kustomizedDefinitions(copy: string): Readonly<Record<string, string>> {
  cpSync(join(root, 'sidecars'), copy, { recursive: true });
  const kustomization = join(copy, 'kustomization.yaml');
  const lines = contribNames.map(name => `      - contrib/${name}.yaml\n`).join('');
  const text = readFileSync(kustomization, 'utf8').replace(/ {4}files:\n/, found => found + lines);
  writeFileSync(kustomization, text);
  return parse(execFileSync('kubectl', ['kustomize', copy], { encoding: 'utf8' })).data;
}
