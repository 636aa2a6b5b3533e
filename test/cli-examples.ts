/** Every example of every command, and the scene in which it is run. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands.ts';
import { overviewExamples } from '../src/cli/overview.ts';

/** What an example needs, and what comes of it. */
export interface Scene {
  /** `directory`: the files of {@link layOut} are enough; `cluster`: an API server with the injector as well. */
  readonly needs: 'directory' | 'cluster';
  readonly exitCode: number;
  /** What it prints, standard output and then standard error. */
  readonly prints: RegExp;
  /** It runs until it is told to stop, by Control-C, after it has printed that. */
  readonly goesOn?: true;
}

const directory = (prints: RegExp, exitCode = 0): Scene => ({ needs: 'directory', exitCode, prints });
const cluster = (prints: RegExp, exitCode = 0): Scene => ({ needs: 'cluster', exitCode, prints });

const serving: Scene = { ...directory(/"msg":"listening"|health and metrics/), goesOn: true };

export const scenes: Readonly<Record<string, Scene>> = {
  'inject -f web.yaml': directory(/restartPolicy: Always[\s\S]*deployment\/web injected: git-sync/),
  'inject -f k8s/ --write': directory(/^deployment\/web injected: git-sync/m),
  'inject -f k8s/ --check': directory(/k8s\/web\.yaml/, 3),
  'inject -f web.yaml --annotate sidecar.io/git-sync=https://github.com/org/site.git': directory(
    /--repo=https:\/\/github\.com\/org\/site\.git/,
  ),
  'inject -f web.yaml --output diff': directory(/^\+ +- name: git-sync/m),
  'inject -f web.yaml --namespaces namespaces.yaml -n shop': directory(
    /deployment\/web injected: git-sync, statsd-exporter/,
  ),
  'uninject -f web.yaml': directory(/^kind: Deployment/m),
  'uninject -f k8s/ --write': directory(/deployment\/web/),
  'uninject -f pod.yaml --output diff': directory(/^- +- name: git-sync/m),
  'explain -f docs/examples/pod.yaml': directory(/git-sync/),
  'explain -f web.yaml --namespaces namespaces.yaml -n shop': directory(
    /asked for by sidecar\.io\/statsd-exporter on namespace shop/,
  ),
  'explain deployment/web -n shop': cluster(/git-sync/, 3),
  'explain pod/web-0 -o json': cluster(/"/),
  'check --pre': cluster(/√/),
  check: cluster(/√/, 3),
  'check --wait 2m': cluster(/√/, 3),
  'check -o json': cluster(/"/, 3),
  'audit -A': cluster(/unknown-sidecar/, 3),
  'audit -A --sidecars drafts': cluster(/statefulset\/empty +git-sync +unknown-sidecar/, 3),
  'audit -n shop -o json': cluster(/"code": "unknown-sidecar"/, 3),
  status: cluster(/context staging, namespace shop\n/),
  'status -n shop --pods': cluster(/context staging, namespace shop\n/),
  'status -A -o json': cluster(/"context": "staging"/),
  'upgrade --all-namespaces --dry-run': cluster(/context staging/),
  'upgrade -n shop --sidecar git-sync --max-unavailable 3': cluster(/context staging, namespace shop/),
  'upgrade -A --waves 1,5%,25%,100% --bake 10m': cluster(/context staging, all namespaces/),
  'upgrade -A --rollback': cluster(/context staging, all namespaces\nnothing to roll back/),
  'restart -n shop --sidecar git-sync --selector app=web': cluster(
    /context staging, namespace shop, selector app=web/,
  ),
  // What tests without a kubelet say of their images has no digest.
  'restart -A --sidecar git-sync --older-than 720h --max-unavailable 25%': cluster(
    /web-0: git-sync: left alone: nothing tells the digest/,
    3,
  ),
  validate: directory(/^4 files, 4 sidecars: 0 errors, 0 findings$/m),
  'validate drafts/logs.yaml': directory(/^1 files, 1 sidecars: 0 errors, \d+ findings$/m, 3),
  'validate sidecars --context staging': cluster(/^4 files, 4 sidecars: 0 errors, 0 findings$/m),
  'render sidecars/git-sync.yaml': directory(/^# mode native\n# sample values: repo=/m),
  'render sidecars/git-sync.yaml --set period=5m --mode native': directory(/--period=5m/),
  'render sidecars/git-sync.yaml --namespaces namespaces.yaml -n shop': directory(
    /^# namespace shop: sidecar\.io\/git-sync\.period=5m$/m,
  ),
  'compile > policies.yaml': directory(/^git-sync.*: .* \([a-z-]+\)$/m),
  'compile --directory policies': directory(/^policies\/git-sync\.yaml$/m),
  'compile git-sync --strict': directory(/^nothing is written/m, 3),
  serve: serving,
  'serve --namespaces namespaces.yaml': serving,
  'serve --listen 127.0.0.1:9443 --log-format json': serving,
  version: cluster(/^client: \S+ \(Node\.js /m),
  'version --client': directory(/^client: \S+ \(Node\.js /m),
  'version -o json': cluster(/"client": \{/),
  certs: directory(/^certs\/tls\.crt: issued, valid until /m),
  'certs --output secret | kubectl apply --server-side --filename -': cluster(
    /^secret\/sidecar-injector-tls serverside-applied$/m,
  ),
  'certs --output patch | kubectl patch mutatingwebhookconfiguration sidecar-injector --patch-file /dev/stdin':
    cluster(/^mutatingwebhookconfiguration\S+ patched$/m),
  'unregister --dry-run': cluster(
    /^mutatingwebhookconfiguration\S+ deleted \(server dry run\)\n[\s\S]*nothing is$/m,
  ),
  unregister: cluster(/^mutatingwebhookconfiguration\S+ deleted$/m),
  'completion bash > ~/.local/share/bash-completion/completions/sidecar-injector': directory(/^$/),
  'completion zsh > ~/.zfunc/_sidecar-injector': directory(/^$/),
  'completion fish > ~/.config/fish/completions/sidecar-injector.fish': directory(/^$/),
};

/** The examples of all commands and of the overview, without the program's name. */
export async function cliExamples(): Promise<readonly string[]> {
  const all: readonly Command[] = await Promise.all([...commands.values()].map(({ load }) => load()));
  const examples = [...overviewExamples, ...all.flatMap(({ examples }) => examples)];
  return [...new Set(examples.map(([args]) => args))];
}

/** The examples that need this and no more, each with its scene. */
export function examplesOf(needs: Scene['needs']): readonly (readonly [args: string, scene: Scene])[] {
  return Object.entries(scenes).filter(([, scene]) => scene.needs === needs);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'bin/sidecar-injector.js');

/** Puts the files into an empty directory that the examples name, and the program into its `bin`: the sources, or a Node.js and a program. */
export function layOut(place: string, [node, program] = [process.execPath, sources]): void {
  for (const name of ['bin', 'k8s', 'drafts', ...completionDirectories]) {
    mkdirSync(join(place, name), { recursive: true });
  }
  const script = `#!/bin/sh\nexec "${node}" "${program}" "$@"\n`;
  writeFileSync(join(place, 'bin/sidecar-injector'), script, { mode: 0o755 });
  symlinkSync(join(root, 'sidecars'), join(place, 'sidecars'));
  cpSync(join(root, 'docs'), join(place, 'docs'), { recursive: true });
  for (const file of ['web.yaml', 'k8s/web.yaml']) writeFileSync(join(place, file), deployment);
  writeFileSync(join(place, 'pod.yaml'), injectedPod);
  writeFileSync(join(place, 'namespaces.yaml'), namespaces);
  writeFileSync(join(place, 'drafts/logs.yaml'), definition);
}

const completionDirectories = [
  '.local/share/bash-completion/completions',
  '.zfunc',
  '.config/fish/completions',
];

const namespaces = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {sidecar.io/inject: enabled}
  annotations: {sidecar.io/statsd-exporter: "true", sidecar.io/git-sync.period: 5m}
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    sidecar.io/git-sync: https://github.com/kubernetes/git-sync.git # what it serves
    sidecar.io/git-sync.mount: /site
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.29
`;

const status = {
  'git-sync': {
    definition: '0123456789abcdef',
    parameters: '0123456789abcdef',
    mode: 'native',
    containers: ['git-sync'],
    volumes: ['git-sync'],
  },
};

const injectedPod = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    sidecar.io/git-sync: https://github.com/kubernetes/git-sync.git
    sidecar.io/status: '${JSON.stringify(status)}'
spec:
  volumes:
    - name: git-sync
      emptyDir: {}
  initContainers:
    - name: git-sync
      image: registry.k8s.io/git-sync/git-sync:v4.7.1
      restartPolicy: Always
  containers:
    - name: web
      image: nginx:1.29
`;

const definition = `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: logs}
spec:
  description: Sends logs away.
  container: {image: "example.com/logs:1.0"}
`;
