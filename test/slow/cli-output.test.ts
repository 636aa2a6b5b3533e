/** No output is ever cut: whoever reads may be slow, may go, or may be a disk that is full. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBundle } from '../integration/bundle.ts';
import { kubeconfigFile, startFakeApiServer } from '../integration/fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from '../integration/in-process-webhook.ts';
import { projectRoot, TestProcess } from '../integration/webhook-process.ts';
import { barePod, switchedOn } from '../unit/running-pods/pods.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-output-'));
let bundle: ReturnType<typeof makeBundle>;
let certificates: TestCertificates;

beforeAll(async () => {
  bundle = makeBundle();
  certificates = await issueTestCertificates();
  const web = readFileSync(join(projectRoot, 'docs/examples/pod.yaml'), 'utf8');
  // Comments, as people have them, make manifests long.
  const long = `${web}# ${'what somebody thought about it '.repeat(200)}\n`;
  writeFileSync(join(directory, 'many.yaml'), Array.from({ length: 900 }, () => long).join('---\n'));
  const definition = definitionText('container: {image: "example.com/logs:1"}');
  for (const name of ['some-that-are-drafts', 'others-that-are-drafts']) {
    mkdirSync(join(directory, name));
    for (let index = 0; index < 1000; index++) {
      const text = definition.replace('name: logs', `name: logs-${index}`);
      writeFileSync(join(directory, name, `logs-${index}.yaml`), text);
    }
  }
  const args = JSON.stringify(Array.from({ length: 4000 }, (_, index) => `--${'a'.repeat(40)}-${index}`));
  const container = `{image: "example.com/logs:1", args: ${args}}`;
  writeFileSync(
    join(directory, 'large.yaml'),
    definitionText(`modes: [native, classic, init]\ncontainer: ${container}`),
  );
});
afterAll(() => {
  bundle.remove();
  rmSync(directory, { recursive: true });
});

let kubeconfig: string;
const pods = JSON.stringify({
  items: Array.from({ length: 30_000 }, (_, index) => {
    const { metadata, ...rest } = barePod(switchedOn);
    return { ...rest, metadata: { ...metadata, name: `web-${index}`, uid: `uid-${index}` } };
  }),
});
beforeEach(async () => {
  const port = await startFakeApiServer(certificates, ({ url = '' }, response) => {
    response.end(url.includes('/pods') ? pods : '{"items": []}');
  });
  kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
});

/** Types a line of bash, in which `$program` is the program. */
async function typed(line: string) {
  const process_ = new TestProcess('bash', ['-c', line], {
    cwd: directory,
    env: {
      ...process.env,
      program: `${process.execPath} ${bundle.program}`,
      KUBECONFIG: kubeconfig,
      sidecars: join(projectRoot, 'sidecars'),
    },
  });
  return { exitCode: await process_.exitCode(), stdout: process_.stdout, stderr: process_.stderr };
}

/** Commands that can print much, the least that they print here, and how they end. */
const long = [
  ['inject -f many.yaml --sidecars $sidecars', 5_000_000, 0],
  ['uninject -f many.yaml', 5_000_000, 0],
  ['explain -f many.yaml -o json --sidecars $sidecars', 500_000, 0],
  ['render large.yaml', 600_000, 0],
  ['validate -o json some-that-are-drafts others-that-are-drafts', 5_000_000, 3],
  ['audit -A -o json --sidecars $sidecars', 5_000_000, 3],
  ['status -A -o json --sidecars $sidecars', 5_000_000, 3],
  ['status -A --pods --sidecars $sidecars', 3_000_000, 3],
] as const;

/** What it prints, how it ends, and what it says beside, each told apart from the pipe behind it. */
const ending = 'echo "exit code ${PIPESTATUS[0]}" >&2';

describe.each(long)('%s', (command, leastBytes, exitCode) => {
  it('reaches a slow reader as it reaches a file', async () => {
    const file = join(directory, 'file');
    const pipe = join(directory, 'pipe');
    await typed(`$program ${command} > ${file}`);
    const { stderr } = await typed(`$program ${command} | (sleep 0.5; cat > ${pipe}); ${ending}`);
    expect(stderr).toMatch(new RegExp(`^exit code ${exitCode}$`, 'm'));
    const [inFile, inPipe] = [file, pipe].map(path => readFileSync(path));
    expect(inFile?.length).toBeGreaterThan(leastBytes);
    expect(inPipe?.equals(inFile ?? Buffer.alloc(0))).toBe(true);
  });
});

/** All print by the same function: one of each kind is enough. */
const someLong = [long[0], long[3], long[6]].map(([command]) => command);

describe.each(someLong)('%s', command => {
  it('ends quietly when the reader goes', async () => {
    const { stderr } = await typed(`$program ${command} 2> ${directory}/told | head -1; ${ending}`);
    expect(stderr).toBe('exit code 0\n');
    // A busy machine may be told that the API server takes its time.
    const told = readFileSync(join(directory, 'told'), 'utf8').replace(/^.*: waiting for .*\n/m, '');
    expect(told).not.toMatch(/EPIPE|sidecar-injector:|^ +at /m);
  });

  it('fails where the disk is full, and says so', async () => {
    const { exitCode: status, stderr } = await typed(`$program ${command} > /dev/full`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sidecar-injector: cannot write to standard output: .*ENOSPC/m);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

/** Those that print little print it to the end as well. */
const short = [
  '--help',
  'help serve',
  'completion bash',
  '__complete ""',
  'certs',
  'version --client -o json',
];

describe.each(short)('%s', command => {
  it('reaches a slow reader, ends quietly when there is none, and fails where the disk is full', async () => {
    const { stdout } = await typed(`$program ${command}`);
    expect(await typed(`$program ${command} | (sleep 0.3; cat)`)).toMatchObject({
      stdout: expect.stringMatching(/\n$/),
      stderr: '',
    });
    expect(stdout).not.toBe('');
    expect(await typed(`$program ${command} | true; ${ending}`)).toMatchObject({ stderr: 'exit code 0\n' });
    expect(await typed(`$program ${command} > /dev/full`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^sidecar-injector: cannot write to standard output: .*ENOSPC.*\n$/),
    });
  });
});
