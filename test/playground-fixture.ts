/** What tests of the playground start from: the state of an injector that nobody configured, and its examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { engineOf, type PlaygroundEngine } from '../src/playground/engine.ts';
import type { PlaygroundState } from '../src/playground/playground-state.ts';
import { defaultPolicy, shippedFiles } from './injection-fixture.ts';

/** The state that the page has as a file. */
export const shippedState: PlaygroundState = {
  version: '0.0.0',
  isLive: false,
  files: shippedFiles,
  settings: {},
  policy: defaultPolicy,
  rules: [],
  workloads: 'propagate',
  workloadKinds: [],
};

/** Its engine, as long as nothing is edited. */
export const shippedEngine: PlaygroundEngine = engineOf(shippedState, []);

const examples = new URL('../docs/examples/playground/', import.meta.url);

/** The examples by the names of their files. */
export const playgroundExamples: ReadonlyMap<string, string> = new Map(
  readdirSync(examples).map(name => [name, readFileSync(new URL(name, examples), 'utf8')]),
);

/** A pod in YAML; an annotation or more, each as `key: value`. */
export function podYaml(...annotations: readonly string[]): string {
  const lines = annotations.map(line => `    ${line}\n`).join('');
  const metadata = annotations.length === 0 ? '' : `  annotations:\n${lines}`;
  return `apiVersion: v1
kind: Pod
metadata:
  name: web
${metadata}spec:
  containers:
    - name: web # the app
      image: nginx:1.29
`;
}
