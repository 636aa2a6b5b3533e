import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { readInjectorVersion } from '../../../src/cluster/injector-version.ts';
import { type Fact, isKnown } from '../../../src/diagnosis/fact.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

const forbidden = new ApiError('GET /x', 403, 'services "x" is forbidden: User "ada" cannot get');
const missing = new ApiError('GET /x', 404, 'services "x" not found');
const older = new ApiError('GET /x', 404, 'Not Found');
const version = { version: '1.2.3', node: 'v24.1.0', nativeSidecars: true, definitions: [] };

const inPlatform = {
  webhooks: [
    { clientConfig: { url: 'https://example.com' } },
    { clientConfig: { service: { name: 'sidecar-injector', namespace: 'platform' } } },
  ],
};

function pod(name: string, { phase = 'Running', port = 8080, metadata = {} } = {}): JsonObject {
  return {
    metadata: { name, ...metadata },
    spec: { containers: [{ ports: [{ name: 'status', containerPort: port }] }] },
    status: { phase },
  };
}

interface Api {
  readonly registration?: JsonObject | Error;
  readonly pods?: readonly JsonObject[] | Error;
  /** By the last part of the path before `/proxy/`, or by `service`; the answers of the Service take turns. */
  readonly answers?: Readonly<Record<string, JsonObject | Error | readonly (JsonObject | Error)[]>>;
}

/** Asks an API that gives these answers; what it was asked comes with what was learnt. */
async function asked({ registration = inPlatform, pods = [], answers = {} }: Api) {
  const paths: string[] = [];
  const turns = new Map<string, number>();
  const proxied = (name: string): JsonObject | Error => {
    const given = [answers[name] ?? missing].flat();
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    return given[turn % given.length] ?? missing;
  };
  const answerOf = (path: string): JsonObject | Error => {
    if (path.includes('/mutatingwebhookconfigurations/')) return registration;
    const [, name] = /\/([^/]+)\/proxy\/version$/.exec(path) ?? [];
    if (name !== undefined) return proxied(path.includes('/services/') ? 'service' : name);
    return pods instanceof Error ? pods : { items: [...pods] };
  };
  const request = async ({ path }: ApiRequest) => {
    paths.push(path);
    const answer = answerOf(path);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { reading: await readInjectorVersion({ request }), paths };
}

function whyUnknown(fact: Fact<unknown>): string | undefined {
  return isKnown(fact) ? undefined : fact.unknown;
}

describe('an injector', () => {
  it('is asked pod by pod, where the registration says that it is', async () => {
    const pods = [
      pod('a'),
      pod('b', { port: 9090 }),
      pod('c', { phase: 'Pending' }),
      pod('d', { metadata: { deletionTimestamp: 'now' } }),
    ];
    const { reading, paths } = await asked({
      pods,
      answers: { 'http:a:8080': version, 'http:b:9090': { ...version, version: '1.2.4' } },
    });
    expect(reading).toEqual({
      namespace: 'platform',
      replicas: {
        value: [
          { pod: 'a', version: { value: version } },
          { pod: 'b', version: { value: { ...version, version: '1.2.4' } } },
        ],
      },
    });
    expect(paths.slice(1)).toEqual([
      '/api/v1/namespaces/platform/pods?limit=500&labelSelector=app.kubernetes.io%2Fname%3Dsidecar-injector',
      '/api/v1/namespaces/platform/pods/http:a:8080/proxy/version',
      '/api/v1/namespaces/platform/pods/http:b:9090/proxy/version',
    ]);
  });

  it.each<readonly [why: string, api: Api]>([
    ['may not list pods', { pods: forbidden }],
    ['may not reach them', { pods: [pod('a')], answers: { 'http:a:8080': forbidden } }],
    ['may not read the registration', { registration: forbidden, pods: forbidden }],
  ])('is asked through the Service by who %s', async (_, api) => {
    const { reading, paths } = await asked({ ...api, answers: { service: version, ...api.answers } });
    const namespace = api.registration === undefined ? 'platform' : 'sidecar-injector';
    expect(reading).toEqual({
      namespace,
      replicas: { value: [{ pod: undefined, version: { value: version } }] },
    });
    expect(paths.at(-1)).toBe(
      `/api/v1/namespaces/${namespace}/services/http:sidecar-injector-status:status/proxy/version`,
    );
  });

  it('is asked several times through the Service, so that replicas that differ are met', async () => {
    const { reading } = await asked({
      answers: { service: [version, { ...version, version: '1.2.4' }] },
    });
    expect(reading.replicas.value?.map(replica => replica.version.value?.version)).toEqual([
      '1.2.3',
      '1.2.4',
    ]);
  });

  it('has replicas that do not answer beside those that do', async () => {
    const { reading } = await asked({
      pods: [pod('a'), pod('b'), pod('c')],
      answers: {
        'http:a:8080': version,
        'http:b:8080': new ApiError('GET /x', 0, 'timeout'),
        'http:c:8080': older,
      },
    });
    expect(reading.replicas.value?.map(replica => whyUnknown(replica.version))).toEqual([
      undefined,
      'pod b does not answer within five seconds',
      'pod c does not say what it has in force: it is older than this program',
    ]);
  });

  const service = 'Service sidecar-injector-status in namespace platform';
  it.each<readonly [what: string, answer: Error | JsonObject, words: string]>([
    [
      'is not to be asked by everybody',
      forbidden,
      'forbidden: services "x" is forbidden: User "ada" cannot get; the Role sidecar-injector-status allows it: docs/operations.md',
    ],
    [
      'is not there',
      missing,
      `there is no ${service}: it is not installed there, or it is older than this program`,
    ],
    ['is older', older, `${service} does not say what it has in force: it is older than this program`],
    [
      'has no replica',
      new ApiError('GET /x', 503, 'no endpoints available for service "http:sidecar-injector-status:status"'),
      `${service} has no replica that runs`,
    ],
    [
      'is out of reach for the API server',
      new ApiError('GET /x', 503, 'error trying to reach service: dial tcp 10.1.0.1:8080: i/o timeout'),
      `the API server does not reach ${service}: 503 error trying to reach service: dial tcp 10.1.0.1:8080: i/o timeout`,
    ],
    [
      'does not answer',
      new ApiError('GET /x', 0, 'timeout'),
      `${service} does not answer within five seconds`,
    ],
    [
      'is something else',
      { hello: 'world' },
      `${service} answers something else than a version: is it the injector?`,
    ],
  ])('that %s is told so', async (_, answer, words) => {
    const { reading } = await asked({ answers: { service: answer } });
    expect(whyUnknown(reading.replicas)).toBe(words);
    expect('isForbidden' in reading.replicas && reading.replicas.isForbidden).toBe(answer === forbidden);
  });

  it('is not asked where the API server itself does not answer', async () => {
    const away = new ApiError('GET /x', 0, 'the API server does not answer: ECONNREFUSED');
    await expect(asked({ registration: away })).rejects.toBe(away);
  });
});

describe('what a replica says', () => {
  it('is taken over as far as it is known, each text in one line and cut', async () => {
    const definitions = [
      { sidecar: 'git-sync', hash: '0123', image: 'x'.repeat(9999), file: 'a\n.yaml', secret: 'no' },
      'nonsense',
      { file: 'b.yaml', problem: 'line 1: wrong' },
    ];
    const { reading } = await asked({ answers: { service: { ...version, definitions, other: 1 } } });
    const { value } = reading.replicas.value?.[0]?.version ?? {};
    expect(value).toEqual({
      ...version,
      definitions: [
        { sidecar: 'git-sync', hash: '0123', image: `${'x'.repeat(399)}…`, file: 'a\u{fffd}.yaml' },
        { file: 'b.yaml', problem: 'line 1: wrong' },
      ],
    });
  });
});
