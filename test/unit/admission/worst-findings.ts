/**
 * Answers the reviews with the most to say, in a process with little memory, and writes their lines of the log to standard
 * output. On standard error: what each took, as a line of JSON.
 */
import { answerReview } from '../../../src/admission/answer-review.ts';
import { decisionReport } from '../../../src/cli/serve/report.ts';
import { createInjector } from '../../../src/injection/inject.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { Metrics } from '../../../src/observability/metrics.ts';
import { decideWorkload } from '../../../src/workloads/decide-workload.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../../injection-fixture.ts';

type Annotations = Readonly<Record<string, string>>;

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const annotations = (count: number, entry: (index: number) => readonly [string, string]): Annotations =>
  Object.fromEntries(many(count, entry));
const containers = (count: number, name: (index: number) => string) =>
  many(count, index => ({ name: name(index) }));

const app = [{ name: 'app' }];
const unknownParameters = annotations(5000, index => [`sidecar.io/git-sync.x${index}`, 'x']);
const longNames = containers(3000, index => `${index}-${'n'.repeat(250)}`);
const emoji = '🌱"\\\u202e\u001b\ud800'.repeat(20_000);
const mount = { mount: '/s' };

const instances = annotations(1200, index => [
  `sidecar.io/git-sync_i${index >> 1}${index % 2 === 0 ? '' : '.mount'}`,
  index % 2 === 0 ? 'https://github.com/org/site.git' : '/s',
]);
const namedInstances = annotations(30, index => [
  `sidecar.io/git-sync_i${Math.floor(index / 3)}${['', '.mount', '.containers'][index % 3]}`,
  ['https://github.com/org/site.git', '/s', many(800, name => `c${name}`).join(',')][index % 3] ?? '',
]);
const status = Object.fromEntries(
  many(3000, index => [
    `c${index}`,
    { definition: '', parameters: '', mode: 'native', containers: [`c${index}`], volumes: [] },
  ]),
);

interface Scene {
  readonly annotations: Annotations;
  readonly spec?: object;
  readonly metadata?: object;
  readonly kind?: 'Deployment';
  readonly template?: Annotations;
}

const scenes: Readonly<Record<string, Scene>> = {
  'a name asked for 2000 times beside one of 60,000 characters': {
    annotations: gitSync({ ...mount, containers: 'b,'.repeat(2000).slice(0, -1) }),
    spec: { containers: [{ name: 'n'.repeat(60_000) }] },
  },
  '600 instances and 600 containers': {
    annotations: instances,
    spec: { containers: containers(600, index => `container-${index}`) },
  },
  '10 instances that name 800 containers each, none of them there': {
    annotations: namedInstances,
    spec: { containers: longNames },
  },
  '10 instances that want one path in 800 containers': {
    annotations: namedInstances,
    spec: { containers: containers(800, index => `c${index}`) },
  },
  '5000 unknown parameters': { annotations: { ...gitSync(), ...unknownParameters } },
  '5000 unknown sidecars': { annotations: annotations(5000, index => [`sidecar.io/x${index}`, 'x']) },
  '5000 broken keys': { annotations: annotations(5000, index => [`sidecar.io/git-sync.${index}.x`, 'x']) },
  '3000 containers with long names': { annotations: gitSync(mount), spec: { containers: longNames } },
  '3000 sidecars that nobody asks for any more': {
    annotations: { ...gitSync(), 'sidecar.io/status': JSON.stringify(status) },
    spec: { containers: containers(3000, index => `c${index}`) },
  },
  'a container with a name of a million characters': {
    annotations: { ...gitSync(mount), 'kubectl.kubernetes.io/default-container': 'a' },
    spec: { containers: [{ name: 'b'.repeat(1_000_000) }, { name: emoji }] },
  },
  'values and keys without end': {
    annotations: {
      ...gitSync({ ref: emoji, [emoji]: emoji, link: 'x'.repeat(250_000) }),
      [`sidecar.io/${emoji}`]: 'x',
    },
  },
  'names of the object that are none': {
    annotations: gitSync(mount),
    metadata: { name: emoji, ownerReferences: [{ kind: emoji, name: emoji, controller: true }] },
  },
  'a workload with 5000 unknown parameters': {
    kind: 'Deployment',
    annotations: { ...gitSync(), ...unknownParameters },
  },
  'a workload whose template says otherwise 5000 times': {
    kind: 'Deployment',
    annotations: unknownParameters,
    template: annotations(5000, index => [`sidecar.io/git-sync.x${index}`, 'y']),
  },
};

function reviewOf(scene: Scene, operation: 'CREATE' | 'UPDATE') {
  const { kind = 'Pod', annotations, spec = {}, metadata = {}, template = {} } = scene;
  const podSpec = { containers: app, ...spec };
  const podTemplate = { metadata: { annotations: template }, spec: podSpec };
  const object = {
    metadata: { name: 'web', annotations, ...metadata },
    spec: kind === 'Pod' ? podSpec : { template: podTemplate },
  };
  const request = {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group: kind === 'Pod' ? '' : 'apps', version: 'v1', kind },
    operation,
    namespace: 'shop',
    object,
    oldObject: operation === 'UPDATE' ? object : null,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

const log = await createLogger({ level: 'info', format: 'json' });
const report = decisionReport({ log, metrics: new Metrics() });

for (const [name, scene] of Object.entries(scenes)) {
  for (const unknownSidecars of ['refuse', 'warn'] as const) {
    const decide = createInjector(shippedSidecars, { ...defaultPolicy, unknownSidecars });
    const core = {
      decide,
      decideWorkload: (change: Parameters<typeof decideWorkload>[0]) =>
        decideWorkload(change, decide, 'propagate'),
    };
    for (const operation of scene.kind === undefined
      ? (['CREATE'] as const)
      : (['CREATE', 'UPDATE'] as const)) {
      const review = reviewOf(scene, operation);
      const startedMs = performance.now();
      const { review: answer, record } = answerReview(review, core);
      const milliseconds = performance.now() - startedMs;
      const { status, warnings = [] } = answer.response;
      report(record, milliseconds / 1000);
      const message = Buffer.byteLength(status?.message ?? '');
      const told = Buffer.byteLength(warnings.join(''));
      process.stderr.write(
        `${JSON.stringify({ name, message, warnings: warnings.length, told, milliseconds })}\n`,
      );
    }
  }
}
log.flush();
