/** What check and explain say of a cluster in which policies put sidecars in; they are made by hand here. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/kubernetes/json.ts';
import { shippedSidecars } from '../injection-fixture.ts';
import { sidecarPolicies } from '../sidecar-policies.ts';
import { runProgram } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import { controlPlane, describeWithControllers, eventually, kubectl, reinstall } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const definition = shippedSidecars.sidecars.get('git-sync')?.hash ?? '';
const { policies, policyBindings, mutatingPolicies, mutatingPolicyBindings } = sidecarPolicies({
  'git-sync': definition,
});

/** As the webhook would write it, with the annotation itself in the place of its hash. */
const status = JSON.stringify({
  'git-sync': {
    definition,
    parameters: '[["","VALUE"]]',
    mode: 'native',
    containers: ['git-sync'],
    volumes: [],
    mounts: [],
    by: 'policy',
  },
});
const [before = '', after = ''] = status.split('VALUE').map(part => JSON.stringify(part));

/** The policy that puts in a container without anything. */
function injecting(policy: JsonObject): JsonObject {
  const { metadata, spec } = policy;
  if (!isObject(metadata) || !isObject(spec) || metadata['name'] !== 'git-sync.sidecar.io') return policy;
  const container =
    'Object.spec.initContainers{name: "git-sync", image: "git-sync:v1", restartPolicy: "Always"}';
  const text = `${before} + object.metadata.annotations["sidecar.io/git-sync"] + ${after}`;
  const expression = `[
    JSONPatch{op: "add", path: "/spec/initContainers", value: [${container}]},
    JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("sidecar.io/status"), value: ${text}}
  ]`;
  const asks = 'has(object.metadata.annotations) && "sidecar.io/git-sync" in object.metadata.annotations';
  const isNew = '!has(object.metadata.annotations) || !("sidecar.io/status" in object.metadata.annotations)';
  return {
    ...policy,
    spec: {
      ...spec,
      matchConditions: [
        { name: 'asks', expression: asks },
        { name: 'is-new', expression: isNew },
      ],
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
    },
  };
}

const items = [
  ...[...policies, ...mutatingPolicies.map(injecting)],
  ...[...policyBindings, ...mutatingPolicyBindings],
];
const apply = (objects: readonly JsonObject[]) =>
  kubectl('apply --server-side --force-conflicts -f -', { apiVersion: 'v1', kind: 'List', items: objects });

interface CheckLine {
  readonly check: string;
  readonly outcome: string;
  readonly code?: string;
  readonly seen?: string;
}

async function runCheck() {
  const { exitCode, stdout, stderr } = await runProgram('check', '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  const { checks, injectedBy } = JSON.parse(stdout) as {
    readonly checks: readonly CheckLine[];
    readonly injectedBy: readonly string[];
  };
  return { exitCode, stderr, checks, injectedBy, troubles: checks.filter(({ outcome }) => outcome !== 'ok') };
}

describeWithControllers('where policies put sidecars in and there is no webhook', () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    await reinstall();
    await deleteRegistration();
    await apply(items);
    namespace = await createNamespace();
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
  });
  afterAll(async () => {
    const kinds = [
      ...['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
      ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    ];
    await kubectl([
      'delete',
      kinds.join(','),
      '--selector',
      'app.kubernetes.io/name=sidecar-injector,app.kubernetes.io/component=policy',
    ]);
    await reinstall();
  });

  describe('check', () => {
    it('finds all well, a pod that is tried too', async () => {
      const { exitCode, troubles, checks, injectedBy, stderr } = await runCheck();
      expect(troubles).toEqual([]);
      expect({ exitCode, injectedBy }).toEqual({ exitCode: 0, injectedBy: ['policies'] });
      expect(stderr).toContain('; context e2e, policies of the API server\n');
      expect(checks.map(({ check }) => check)).not.toContain('webhook-registered');
      expect(checks.find(({ check }) => check === 'sidecar-policies')).toMatchObject({ seen: 'git-sync' });
      expect(checks.at(-1)).toMatchObject({
        check: 'pod-injected',
        seen: expect.stringContaining('git-sync'),
      });
    });

    it('tells of a binding that is gone', async () => {
      await kubectl('delete mutatingadmissionpolicybinding git-sync.namespaces.sidecar.io');
      const { exitCode, troubles } = await runCheck();
      await apply(items);
      expect(exitCode).toBe(3);
      expect(troubles).toMatchObject([{ check: 'sidecar-policies', code: 'sidecar-policy-not-in-force' }]);
    });

    it('repeats what the API server finds in the types of an expression', async () => {
      const mistyped = policies.map(policy => {
        const { metadata, spec } = policy;
        if (!isObject(metadata) || !isObject(spec) || metadata['name'] !== 'pods.sidecar-injector')
          return policy;
        // For the pod of this name alone, which nobody creates.
        return { ...policy, spec: { ...spec, validations: [{ expression: 'object.spec.nope == 1' }] } };
      });
      await apply(mistyped);
      const found = await eventually(async () => {
        const { troubles } = await runCheck();
        expect(troubles).not.toEqual([]);
        return troubles;
      });
      await apply(items);
      expect(found).toMatchObject([
        { check: 'policy-expressions', outcome: 'warning', code: 'sidecar-policy-mistyped' },
      ]);
      await eventually(async () => expect((await runCheck()).troubles).toEqual([]));
    });
  });

  describe('explain', () => {
    it('says of a pod that one put its sidecar in', async () => {
      const { exitCode, stdout } = await runProgram('explain', 'pod/web', '-n', namespace.name);
      expect(stdout).toContain(
        'git-sync: mode native, image git-sync:v1, put in by a policy of the API server',
      );
      expect(exitCode).toBe(0);
    });

    it('says of a pod that is to be created who puts in what, and what nobody does', async () => {
      const file = join(controlPlane().directory, 'by-policies.yaml');
      const explained = async (annotations: Readonly<Record<string, string>>) => {
        await writeFile(file, JSON.stringify(podOf('new', annotations)));
        return runProgram(
          'explain',
          '-f',
          file,
          '--context',
          'e2e',
          '-n',
          namespace.name,
          '--sidecars=sidecars',
        );
      };
      const mine = await explained(gitSync);
      expect(mine.stdout).toContain('pod/new');
      expect(mine.stdout).toContain('put in by a policy of the API server');
      expect({ ...mine, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      const others = await explained({ 'sidecar.io/statsd-exporter': 'true' });
      expect(others.stdout).toContain('(sidecar-not-compiled)');
      expect(others.exitCode).toBe(3);
    });
  });

  it('both say so where the webhook is there too', async () => {
    await reinstall();
    const { checks, injectedBy } = await runCheck();
    expect(injectedBy).toEqual(['policies', 'webhook']);
    expect(checks.find(({ check }) => check === 'sidecar-policies')).toMatchObject({
      outcome: 'ok',
      seen: expect.stringContaining('the webhook is there too'),
    });
    expect(checks.map(({ check }) => check)).toContain('webhook-registered');
  });
});
