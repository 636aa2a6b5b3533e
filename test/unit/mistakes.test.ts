/** What other injectors got wrong, each by its number and name. Those about certificates and servers are tested there. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { answerReview } from '../../src/admission/answer-review.ts';
import { refusalReasons, skipReasons } from '../../src/injection/reason.ts';
import { InjectorError } from '../../src/injector-error.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { jsonPointer } from '../../src/kubernetes/json-pointer.ts';
import type { Container, Pod, PodSpec } from '../../src/kubernetes/pod.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import {
  at,
  codes,
  containersIn,
  decide,
  gitSync,
  gitSyncFile,
  injected,
  podAfter,
  podCore,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../injection-fixture.ts';
import { decideOn, workloadWith } from '../workload-fixture.ts';

const modes = ['native', 'classic', 'init'] as const;

const pathsOf = (pod: Pod) => injected(pod).operations.map(({ path }) => path);

/** What a pod gets in a mode, with every parameter that changes containers. */
function addedIn(mode: string, parameters: Readonly<Record<string, string>> = {}): readonly Container[] {
  const pod = podWith(gitSync({ mode, mount: '/site', ...parameters }));
  return injected(pod).sidecars.flatMap(({ initContainers, containers }) => [
    ...initContainers,
    ...containers,
  ]);
}

const core = podCore(pod => decide(pod));

function reviewOf(object: unknown, request: object = {}): unknown {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      operation: 'CREATE',
      object,
      ...request,
    },
  };
}

describe('1: adds the whole annotations object', () => {
  it('adds each annotation alone, so that those of the user stay', () => {
    const pod = podWith({ 'example.com/a': '1', ...gitSync({ mount: '/site' }), 'example.com/b': '2' });
    expect(pathsOf(pod)).not.toContain('/metadata/annotations');
    expect(podAfter(pod).metadata.annotations).toMatchObject({ 'example.com/a': '1', 'example.com/b': '2' });
  });
});

describe('2: adds to the end of a list that is absent', () => {
  it.each([undefined, null])('adds the list itself where it is %s', absent => {
    const paths = pathsOf(podWith(gitSync({ mount: '/site' }), { volumes: absent, initContainers: absent }));
    expect(paths).toContain('/spec/volumes');
    expect(paths).toContain('/spec/initContainers');
    expect(paths).toContain('/spec/containers/0/volumeMounts');
    expect(paths.filter(path => path.endsWith('/-'))).toEqual([]);
  });
});

describe('3: adds the same whole array twice', () => {
  it('adds each list once, with the entries of all sidecars', () => {
    const annotations = {
      ...gitSync({ mount: '/site' }),
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.mount': '/docs',
    };
    const paths = pathsOf(podWith(annotations));
    expect(paths).toEqual([...new Set(paths)]);
    const { spec } = podAfter(podWith(annotations));
    expect(spec.initContainers).toHaveLength(2);
    expect(spec.volumes).toHaveLength(4);
    expect(spec.containers?.[0]?.volumeMounts).toHaveLength(2);
  });
});

describe('4: removes and adds the containers of the app anew', () => {
  it.each(modes)('leaves them where and as they are: %s', mode => {
    const containers = [{ name: 'z', future: { b: 1, a: 2 } }, { name: 'a' }, { name: 'm' }];
    const pod = podWith(gitSync({ mode }), { containers });
    expect(injected(pod).operations.map(({ op }) => op)).not.toContain('remove');
    expect(JSON.stringify(containersIn(podAfter(pod)).slice(0, 3))).toBe(JSON.stringify(containers));
  });
});

describe("5: replaces a container that has the sidecar's name", () => {
  it.each<Partial<PodSpec>>([
    { containers: [{ name: 'git-sync' }] },
    { initContainers: [{ name: 'git-sync', restartPolicy: 'Always' }] },
  ])('refuses the pod: %j', spec => {
    expect(codes(decide(podWith(gitSync({ mount: '/site' }), spec)))).toContain('container-name-taken');
  });
});

describe('6: decodes the pod into types and encodes it again', () => {
  it('keeps fields that nobody has heard of, at every depth', () => {
    const future = { x: [{ y: null }], 'a/b': 1.5 };
    const spec = {
      containers: [{ name: 'app', future, securityContext: { future } }],
      volumes: [{ name: 'data', future }],
      initContainers: [{ name: 'first', future }],
      future,
    };
    const pod = { ...podWith(gitSync({ mount: '/site' }), spec), future };
    const after = podAfter(pod) as Pod & JsonObject;
    expect(after['future']).toEqual(future);
    expect(after.spec).toMatchObject({ future });
    expect(containersIn(after)[0]).toMatchObject({ future, securityContext: { future } });
    expect(after.spec.volumes?.[0]).toEqual({ name: 'data', future });
    expect(after.spec.initContainers?.at(-1)).toEqual({ name: 'first', future });
  });
});

describe('7: decodes the definition into types', () => {
  it('keeps restartPolicy: Always, so that the sidecar does not become an init container that never ends', () => {
    expect(addedIn('native')).toMatchObject([{ restartPolicy: 'Always' }]);
  });

  it('keeps every field that Kubernetes knows', () => {
    const container = {
      image: 'example.com/x:v1',
      resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
      terminationMessagePath: '/dev/x',
      lifecycle: { preStop: { sleep: { seconds: 1 } } },
      volumeDevices: [{ name: 'block', devicePath: '/dev/xvda' }],
      stdin: true,
    };
    const volumes = [{ name: 'block', persistentVolumeClaim: { claimName: 'x' } }];
    const sidecars = sidecarsOf({ x: { container, volumes } });
    const [sidecar] = injected(podWith({ 'sidecar.io/x': 'true' }), { sidecars }).sidecars;
    expect(sidecar?.initContainers).toMatchObject([container]);
  });
});

describe('8: matches keys of a definition loosely', () => {
  it.each(['imagepullPolicy', 'ImagePullPolicy', 'image_pull_policy', 'volumemounts'])(
    'refuses the file with a suggestion: %s',
    key => {
      const make = () => sidecarsOf({ x: { container: { image: 'example.com/x:v1', [key]: 'Always' } } });
      expect(make).toThrow(new RegExp(`unknown key "${key}"; did you mean`));
    },
  );

  it.each([
    'sidecar.io/Git-Sync',
    'sidecar.io/gitsync',
    'sidecar.io/git-sync.Ref',
    'sidecar.io/git-sync.knownHosts',
  ])('refuses the annotation: %s', key => {
    expect(decide(podWith({ ...gitSync({ mount: '/site' }), [key]: 'x' }))).toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('9: one bad definition stops all, or a deleted one stays', () => {
  const bad = { name: 'bad.yaml', text: 'nonsense' };
  const pod = podWith(gitSync({ mount: '/site' }));

  it('uses the good ones beside a bad one', () => {
    const sidecars = nextSidecarSet(emptySidecarSet, [bad, gitSyncFile]);
    expect(sidecars.problems).not.toEqual([]);
    expect(decide(pod, { sidecars })).toMatchObject({ outcome: 'injected' });
  });

  it('keeps the last good version of a file that became bad', () => {
    const before = nextSidecarSet(emptySidecarSet, [gitSyncFile]);
    const sidecars = nextSidecarSet(before, [{ name: 'git-sync.yaml', text: 'nonsense' }]);
    expect(decide(pod, { sidecars })).toMatchObject({ outcome: 'injected' });
  });

  it('knows no sidecar any more whose file is gone', () => {
    const sidecars = nextSidecarSet(nextSidecarSet(emptySidecarSet, [gitSyncFile]), []);
    expect(codes(decide(pod, { sidecars }))).toEqual(['unknown-sidecar']);
  });
});

describe('10: lets a pod through bare where the definition is missing', () => {
  it('refuses it', () => {
    expect(decide(podWith(gitSync()), { sidecars: emptySidecarSet })).toMatchObject({ outcome: 'refused' });
    const sidecars = nextSidecarSet(emptySidecarSet, [{ name: 'git-sync.yaml', text: '' }]);
    expect(codes(decide(podWith(gitSync()), { sidecars }))).toEqual(['broken-definition']);
  });
});

describe('11: answers an error of its own as a denial, or a denial as an error', () => {
  it('throws where the request cannot be read, so that it becomes no answer', () => {
    expect(() =>
      answerReview(
        {},
        podCore(() => expect.fail('not asked')),
      ),
    ).toThrow(InjectorError);
    expect(() => answerReview(reviewOf({ spec: 1 }), core)).toThrow(InjectorError);
  });

  it('lets an error of its own through, so that failurePolicy can do its work', () => {
    const fault = new Error('ours');
    const fail = () => {
      throw fault;
    };
    expect(() => answerReview(reviewOf(podWith(gitSync())), podCore(fail))).toThrow(fault);
  });

  it("answers a user's mistake with a denial", () => {
    const { review } = answerReview(reviewOf(podWith(gitSync({ depth: 'x' }))), core);
    expect(review.response).toMatchObject({ uid: '1', allowed: false, status: { code: 400 } });
    expect(review.response).not.toHaveProperty('patch');
  });
});

describe('12: reads the namespace from the pod', () => {
  it('reads it from the request, because pods of controllers carry none', () => {
    const { record } = answerReview(reviewOf(podWith(gitSync()), { namespace: 'shop' }), core);
    expect(record.namespace).toBe('shop');
  });
});

describe('13: does not escape "/" and "~" in paths', () => {
  it('writes the annotation that is meant', () => {
    const sidecars = sidecarsOf({ x: { annotations: { 'a.example.com/c_d': 'value' } } });
    const after = podAfter(podWith({ 'sidecar.io/x': 'true' }), { sidecars });
    expect(Object.keys(after.metadata.annotations ?? {})).toEqual([
      'sidecar.io/x',
      'sidecar.io/status',
      'a.example.com/c_d',
    ]);
  });

  // Kubernetes takes no "~" in the key of an annotation.
  it('escapes "~" before "/"', () => {
    expect(jsonPointer('a~b/c~1d')).toBe('/a~0b~1c~01d');
  });
});

describe('14: makes a patch of chance or of the time', () => {
  it('makes the same one each time', () => {
    const pod = podWith(gitSync({ mount: '/site', secret: 'a', mode: 'classic' }));
    const texts = Array.from({ length: 20 }, () => JSON.stringify(injected(pod).operations));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).not.toMatch(/20\d\d-\d\d-\d\d/);
  });

  it('makes none for a pod that has its sidecars', () => {
    expect(decide(podAfter(podWith(gitSync())))).toMatchObject({
      outcome: 'skipped',
      reason: 'already-injected',
    });
  });
});

describe('15: puts the sidecar last among the init containers', () => {
  it.each(modes)("puts it before the user's own: %s", mode => {
    const after = podAfter(
      podWith(gitSync({ mode }), { initContainers: [{ name: 'build' }, { name: 'warm-up' }] }),
    );
    const names = after.spec.initContainers?.map(({ name }) => name);
    expect(names).toEqual([mode === 'classic' ? 'git-sync-init' : 'git-sync', 'build', 'warm-up']);
  });
});

describe('16: looks for itself among the containers only', () => {
  it.each(modes)('finds what it injected in every list: %s', mode => {
    expect(decide(podAfter(podWith(gitSync({ mode }))))).toMatchObject({ reason: 'already-injected' });
  });
});

describe("21: makes labels of metrics from the user's text", () => {
  it('names outcomes and reasons of closed lists only', () => {
    const reasons = [...Object.keys({ ...skipReasons, ...refusalReasons }), 'injected'];
    const annotations = ['x', '', 'https://alice:secret@example.com', '{"a":1}', '__proto__'].flatMap(
      value => [
        { 'sidecar.io/git-sync': value },
        { 'sidecar.io/inject': value },
        { 'sidecar.io/status': value },
        { [`sidecar.io/${value}`]: value },
        gitSync({ ref: value }),
      ],
    );
    for (const given of annotations) {
      const { record } = answerReview(reviewOf(podWith(given)), core);
      expect(['injected', 'skipped', 'refused']).toContain(record.decision);
      expect(reasons).toContain(record.reason);
    }
  });
});

describe('23: writes body or patch to the log', () => {
  it('tells of a decision without any value of the pod', () => {
    const app = { name: 'app', env: [{ name: 'TOKEN', value: 'secret-1' }], args: ['secret-2'] };
    const annotations = { ...gitSync({ mount: '/site', secret: 'secret-3' }), 'example.com/x': 'secret-4' };
    const bad = {
      ...annotations,
      'sidecar.io/git-sync.webhook': 'https://alice:secret-5@example.com/secret-6',
    };
    for (const given of [annotations, bad]) {
      const { record } = answerReview(reviewOf(podWith(given, { containers: [app] })), core);
      expect(JSON.stringify(record)).not.toMatch(/secret-\d/);
      expect(JSON.stringify(record)).not.toContain('github.com');
    }
  });
});

describe('24: leaves an annotation on the Deployment without effect', () => {
  it('carries it into the pod template, and says what the pods will get', () => {
    const decision = decideOn(workloadWith({ annotations: gitSync({ mount: '/site' }) }));
    expect(decision).toMatchObject({
      outcome: 'propagated',
      sidecars: ['git-sync'],
      warnings: [{ message: "web's pods will get git-sync, content at /site/current" }],
    });
  });
});

describe('25: is called for updates of pods', () => {
  it('is registered for the creation of pods only', () => {
    expect(rules()).toEqual([
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['pods'],
        scope: 'Namespaced',
      },
    ]);
  });

  it('changes nothing if it is called all the same', () => {
    for (const request of [
      { operation: 'UPDATE' },
      { operation: 'DELETE', object: null },
      { subResource: 'status' },
    ]) {
      const { review, record } = answerReview(reviewOf(podWith(gitSync({ depth: 'x' })), request), core);
      expect(review.response).toEqual({ uid: '1', allowed: true });
      expect(record.reason).toBe('not-a-pod-creation');
    }
  });
});

describe('26: is called for its own pods and those of the system', () => {
  it('excludes their namespaces', () => {
    const own = at(parse(manifest('namespace.yaml')), 'metadata', 'name');
    const expressions = at(webhook(), 'namespaceSelector', 'matchExpressions') as readonly {
      readonly key: string;
      readonly operator: string;
      readonly values: readonly string[];
    }[];
    const byName = expressions.find(({ key }) => key === 'kubernetes.io/metadata.name');
    expect(byName?.operator).toBe('NotIn');
    expect(byName?.values).toEqual(expect.arrayContaining([own, 'kube-system', 'kube-node-lease']));
  });

  it('lets pods without its annotations start while it is away', () => {
    expect(at(webhook(), 'failurePolicy')).toBe('Fail');
    const conditions = at(webhook(), 'matchConditions') as readonly { readonly expression: string }[];
    expect(conditions.some(({ expression }) => expression.includes("startsWith('sidecar.io/')"))).toBe(true);
  });
});

describe('27: becomes the first container', () => {
  it.each(modes)('leaves the first place to the app, for kubectl logs and exec: %s', mode => {
    const after = podAfter(podWith(gitSync({ mode }), { containers: [{ name: 'app' }, { name: 'web' }] }));
    expect(
      containersIn(after)
        .slice(0, 2)
        .map(({ name }) => name),
    ).toEqual(['app', 'web']);
  });
});

describe('28: keeps Jobs running for ever', () => {
  it.each([true, false])(
    'adds no container that outlives the work, with native sidecars: %s',
    areNativeSidecarsAvailable => {
      for (const restartPolicy of ['Never', 'OnFailure']) {
        const pod = podWith(gitSync({ mount: '/site' }), { restartPolicy });
        const after = podAfter(pod, { policy: { areNativeSidecarsAvailable } });
        expect(containersIn(after).map(({ name }) => name)).toEqual(['app']);
        const [container] = after.spec.initContainers ?? [];
        const ends = (at(container, 'args') as readonly string[]).includes('--one-time');
        expect(container?.restartPolicy === 'Always').toBe(!ends);
      }
    },
  );

  it('says so where the user asks for one that does', () => {
    const decision = decide(
      podWith(gitSync({ mode: 'classic', mount: '/site' }), { restartPolicy: 'Never' }),
    );
    expect(told(decision)[0]).toMatch(/^never-completes: .*never completes/);
  });
});

describe('29: sets no resources', () => {
  it.each(modes)('requests cpu and memory and limits memory in every container: %s', mode => {
    for (const { resources } of addedIn(mode)) {
      expect(resources?.requests).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
      expect(resources?.limits).toHaveProperty('memory');
    }
  });
});

describe('30: fails the restricted Pod Security Standard', () => {
  const variants: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'run-as-user': '1000' },
    { 'run-as-user': 'none' },
    { metrics: 'true' },
    { secret: 'key', 'known-hosts': 'hosts', ca: 'company', sparse: 'patterns' },
  ];

  it.each(modes.flatMap(mode => variants.map(parameters => ({ mode, parameters }))))(
    'passes it in every container: %j',
    ({ mode, parameters }) => {
      for (const container of addedIn(mode, parameters)) {
        expect(at(container, 'securityContext')).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(at(container, 'securityContext', 'capabilities')).not.toHaveProperty('add');
        expect(at(container, 'securityContext', 'privileged')).not.toBe(true);
        expect(at(container, 'securityContext', 'runAsUser')).not.toBe(0);
        expect(at(container, 'ports', 0, 'hostPort')).toBeUndefined();
      }
      const volumes = injected(podWith(gitSync({ mode, ...parameters }))).sidecars.flatMap(
        sidecar => sidecar.volumes,
      );
      const sources = volumes.flatMap(({ volume }) => Object.keys(volume).filter(key => key !== 'name'));
      expect(['emptyDir', 'secret', 'configMap']).toEqual(expect.arrayContaining(sources));
    },
  );
});

function manifest(name: string): string {
  return readFileSync(new URL(`../../deploy/base/${name}`, import.meta.url), 'utf8');
}

function webhook(): unknown {
  return at(parse(manifest('mutating-webhook-configuration.yaml')), 'webhooks', 0);
}

function rules(): unknown {
  return at(webhook(), 'rules');
}
