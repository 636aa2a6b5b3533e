/** Commands that read a whole cluster keep no more of its pods than they show. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPod } from '../../src/kubernetes/running-pod.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { makeBundle } from '../integration/bundle.ts';
import { kubeconfigFile, startFakeApiServer } from '../integration/fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from '../integration/in-process-webhook.ts';
import { oldNode } from '../old-node.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { injectedPod } from '../unit/running-pods/pods.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';

let bundle: ReturnType<typeof makeBundle>;
let certificates: TestCertificates;

beforeAll(async () => {
  bundle = makeBundle();
  certificates = await issueTestCertificates();
});
afterAll(() => bundle.remove());

const pods = 10_000;

const file = { name: 'logs.yaml', text: definitionText('container: {image: "example.com/logs:v1"}') };

/** Six kilobytes, as pods of real clusters have with what managed fields say. */
const filler = Array.from({ length: 40 }, (_, index) => ({
  name: `variable-${index}`,
  value: 'x'.repeat(90),
}));

const owners = Array.from({ length: pods / 10 }, (_, index) => ({
  metadata: { name: `web-${index}`, namespace: 'shop' },
}));

/** Answers with a page of pods, each in a workload of ten. */
function pageOf(url: URL, pod: RunningPod): object {
  const from = Number(url.searchParams.get('continue') ?? 0);
  const next = Math.min(from + Number(url.searchParams.get('limit') ?? pods), pods);
  const items = Array.from({ length: next - from }, (_, index) => {
    const number = from + index;
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: `web-${Math.floor(number / 10)}` };
    const metadata = {
      name: `web-${number}`,
      uid: `uid-${number}`,
      ownerReferences: [{ ...owner, controller: true }],
    };
    return { ...pod, metadata: { ...pod.metadata, ...metadata } };
  });
  const more = next < pods ? { continue: String(next), remainingItemCount: pods - next } : {};
  return { metadata: { resourceVersion: '1', ...more }, items };
}

/** Runs a command to its end: the most memory that it had, in MiB, and what it printed. */
async function measured(node: string, args: readonly string[]) {
  const directory = temporaryDirectory();
  const sidecars = join(directory, 'sidecars');
  mkdirSync(sidecars);
  writeFileSync(join(sidecars, file.name), file.text);
  const container = { name: 'app', image: 'example.com/app:1', env: filler };
  const inForce = nextSidecarSet(emptySidecarSet, [file]);
  const pod = injectedPod({ sidecars: inForce, spec: { containers: [container] } });
  const port = await startFakeApiServer(certificates, ({ url = '' }, response) => {
    const asked = new URL(url, 'https://127.0.0.1');
    if (asked.pathname === '/api/v1/pods') response.end(JSON.stringify(pageOf(asked, pod)));
    else response.end(JSON.stringify({ items: asked.pathname.endsWith('/statefulsets') ? owners : [] }));
  });
  const kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
  const output = join(directory, 'output');
  const tellMemory = join(directory, 'tell-memory.cjs');
  writeFileSync(
    tellMemory,
    "process.on('exit', () => require('node:fs').writeSync(2, `\\n${process.resourceUsage().maxRSS} kB\\n`));",
  );
  const command = ['--require', tellMemory, bundle.program, ...args, '--sidecars', sidecars];
  const shell = '"$@" > "$OUTPUT"';
  const { stderr } = await promisify(execFile)('sh', ['-c', shell, 'sh', node, ...command], {
    env: { ...process.env, KUBECONFIG: kubeconfig, OUTPUT: output },
  });
  const [, kilobytes] = /^(\d+) kB$/m.exec(stderr) ?? [];
  return { mebibytes: Number(kilobytes) / 1024, output: readFileSync(output, 'utf8'), stderr };
}

const old = oldNode();
const runtimes: readonly (readonly [name: string, node: string])[] = [
  ['the Node.js of the project', process.execPath],
  ...(old === undefined ? [] : [['an older Node.js', old] as const]),
];

describe.each(runtimes)('10,000 pods take less than 150 MiB on %s', (_name, node) => {
  it.each([
    ['status -A', 1 + pods / 10],
    ['status -A --pods', 1 + pods],
    ['status -A -o json', undefined],
  ])('of %s', { timeout: 120_000 }, async (command, lines) => {
    const { mebibytes, output, stderr } = await measured(node, command.split(' '));
    expect(stderr).toContain('10000 injected, 0 outdated, 0 bare\n');
    if (lines !== undefined) expect(output.trimEnd().split('\n')).toHaveLength(lines);
    expect(mebibytes).toBeGreaterThan(50);
    expect(mebibytes).toBeLessThan(150);
  });
});
