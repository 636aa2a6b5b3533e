import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksAfter, checksBefore } from '../../src/diagnosis/installation-checks.ts';
import type { Obstacle } from '../../src/diagnosis/obstacles.ts';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import { trustAuthority } from './installation.ts';
import { otherRegistration } from './other-registration.ts';
import { OtherWebhook } from './other-webhook.ts';
import { runProgram } from './pod-commands.ts';
import { deleteRegistration, patchRegistration, publishedBundle } from './registration.ts';
import { forgetReplicas, notReady, reportEndpoints, reportReplica, runReplicas } from './running-replicas.ts';
import {
  controlPlane,
  describeWithControllers,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
  useWebhook,
} from './suite.ts';
import { createNamespace, injectorNamespace } from './test-namespace.ts';

interface CheckLine {
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'failure';
  readonly code?: string;
  readonly cause?: string;
  readonly link: string;
}

/** What `check -o json` says, with its exit code. */
async function runCheck(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runProgram('check', '-o', 'json', ...args);
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout) as { readonly outcome: string; readonly checks: readonly CheckLine[] };
  return { exitCode, report, troubles: report.checks.filter(({ outcome }) => outcome !== 'ok') };
}

/** Awaits that all is well again: the injector and the controllers take their time. */
async function allIsWell(): Promise<void> {
  await eventually(async () => expect((await runCheck()).troubles).toEqual([]));
}

describeWithControllers('check', () => {
  const webhook = useWebhook();
  let replicas: readonly string[] = [];
  beforeAll(async () => {
    replicas = await runReplicas(webhook());
    await allIsWell();
  });
  afterAll(async () => {
    await forgetReplicas();
    await reinstall();
  });

  describe('of an installation that is well', () => {
    it('says so of each thing, a line each, and ends with 0', async () => {
      const { exitCode, stdout, stderr } = await runProgram('check');
      expect(exitCode).toBe(0);
      const lines = stdout.split('\n').filter(line => line.startsWith('  '));
      expect(lines.map(line => /^ {2}√ ([a-z-]+): /.exec(line)?.[1])).toEqual(
        checksAfter.map(({ name }) => name),
      );
      expect(stdout).toContain(
        '√ pod-injected: an annotated pod comes back with its sidecar (git-sync, by dry run',
      );
      expect(stderr).toBe(
        `${checksAfter.length} √, 0 ‼, 0 ×; context e2e, injector in namespace sidecar-injector\n`,
      );
    });

    it('has nothing to say in the short form', async () => {
      expect(await runProgram('check', '--output', 'short')).toMatchObject({ exitCode: 0, stdout: '' });
    });

    it('tells a program the same', async () => {
      const { exitCode, report } = await runCheck();
      expect({ exitCode, outcome: report.outcome }).toEqual({ exitCode: 0, outcome: 'ok' });
      expect(report).toMatchObject({
        context: 'e2e',
        injectorNamespace: 'sidecar-injector',
        namespace: 'default',
      });
      expect(report.checks.map(({ check }) => check)).toEqual(checksAfter.map(({ name }) => name));
    });

    it('tries the pod in the namespace that is named', async () => {
      const namespace = await createNamespace({ 'sidecar.io/inject': 'disabled' });
      const { exitCode, troubles } = await runCheck('--namespace', namespace.name);
      expect(exitCode).toBe(3);
      // Nobody has shaken hands with the injector then.
      expect(troubles).toMatchObject([
        { check: 'certificate-served', code: 'not-readable' },
        { check: 'pod-injected', code: 'namespace-opted-out' },
      ]);
    });

    it('leaves nothing behind', async () => {
      const { stdout } = await kubectl('get pods --all-namespaces -o name');
      expect(stdout).not.toContain('sidecar-injector-check');
    });
  });

  /** What is done to the installation, and which line has to tell of it. */
  interface Fault {
    readonly what: string;
    readonly seed: () => Promise<unknown>;
    readonly repair?: () => Promise<unknown>;
    readonly check: string;
    readonly code: Obstacle;
    readonly outcome?: 'warning';
  }

  const patchConfigMap = (data: object) =>
    injectorNamespace.kubectl([
      'patch',
      'configmap',
      'sidecar-injector-sidecars',
      '--type',
      'merge',
      '--patch',
      JSON.stringify({ data }),
    ]);
  const crash = {
    conditions: notReady,
    containerStatuses: [
      {
        name: 'sidecar-injector',
        image: 'x',
        imageID: '',
        ready: false,
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } },
      },
    ],
  };

  const faults: readonly Fault[] = [
    {
      what: 'the webhook configuration is deleted',
      seed: deleteRegistration,
      check: 'webhook-registered',
      code: 'webhook-missing',
    },
    {
      what: 'a rule of the webhook configuration is changed',
      seed: () =>
        patchRegistration([{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['UPDATE'] }]),
      check: 'webhook-as-installed',
      code: 'webhook-changed',
    },
    {
      what: 'the Service is gone',
      seed: () => injectorNamespace.kubectl('delete service sidecar-injector'),
      check: 'service',
      code: 'service-missing',
    },
    {
      what: 'the Service has no endpoint that is ready',
      seed: () => reportEndpoints(replicas, false),
      check: 'endpoints',
      code: 'service-without-endpoints',
    },
    {
      what: 'a replica is not ready',
      seed: () => reportReplica(replicas[0] ?? '', crash),
      check: 'replicas-ready',
      code: 'replica-not-ready',
    },
    {
      what: 'the guard is removed',
      seed: () => kubectl('delete validatingadmissionpolicy sidecar-injector-guard'),
      check: 'guard',
      code: 'guard-absent',
    },
    {
      what: 'the guard is not bound',
      seed: () => kubectl('delete validatingadmissionpolicybinding sidecar-injector-guard'),
      check: 'guard',
      code: 'guard-not-in-force',
    },
    {
      what: 'a definition in the ConfigMap is broken',
      seed: () => patchConfigMap({ 'git-sync.yaml': 'apiVersion: sidecar.io/v1\nkind: Sidecar\nspek: {}\n' }),
      check: 'definitions',
      code: 'definition-broken-in-cluster',
    },
    {
      what: 'a definition of the ConfigMap has not reached the replicas',
      seed: () => patchConfigMap({ 'tls-proxy.yaml': null }),
      check: 'definitions-in-force',
      code: 'definition-not-in-force',
    },
    {
      what: 'an older registration is left in another namespace',
      seed: async () => {
        const namespace = await createNamespace();
        const { cert } = await issueAuthority({ now: new Date(), days: 1 });
        const url = 'https://127.0.0.1:1/';
        const other = otherRegistration({ name: 'sidecar-injector-old', namespace, url, authority: cert });
        const text = JSON.stringify(other).replace('sidecar-injector-old.example.com', 'pods.sidecar.io');
        await kubectl('create -f -', JSON.parse(text));
      },
      repair: () => kubectl('delete mutatingwebhookconfiguration sidecar-injector-old'),
      check: 'other-installations',
      code: 'webhook-registered-twice',
    },
    {
      what: 'a namespace has a label that means nothing',
      seed: () =>
        kubectl('create -f -', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'odd', labels: { 'sidecar.io/inject': 'false' } },
        }),
      repair: () => kubectl('delete namespace odd'),
      check: 'namespace-labels',
      code: 'namespace-label-unknown',
      outcome: 'warning',
    },
  ];

  it.each(faults)('tells that $what', async ({ seed, repair, check, code, outcome = 'failure' }) => {
    await seed();
    try {
      await eventually(async () => {
        const { exitCode, troubles } = await runCheck();
        const found = troubles.find(trouble => trouble.check === check);
        expect(found).toMatchObject({ code, outcome, link: `docs/checks.md#${check}` });
        expect(exitCode).toBe(outcome === 'failure' ? 3 : 0);
      });
      const { stdout } = await runProgram('check', '-o', 'short');
      expect(stdout).toContain(`${outcome === 'failure' ? '×' : '‼'} ${check} ${code}: `);
    } finally {
      await repair?.();
      await reinstall();
      replicas = await runReplicas(webhook());
      await allIsWell();
    }
  });

  it('names the webhook that takes the sidecar out again', async () => {
    const namespace = await createNamespace();
    const other = new OtherWebhook({
      name: 'zz-remover',
      namespace,
      reinvocationPolicy: 'IfNeeded',
      mutate: ({ spec }) => (spec?.initContainers ? [{ op: 'remove', path: '/spec/initContainers' }] : []),
    });
    await other.start();
    try {
      const { exitCode, troubles } = await runCheck('--namespace', namespace.name);
      expect(exitCode).toBe(3);
      expect(troubles).toMatchObject([
        {
          check: 'pod-injected',
          code: 'removed-by-another-webhook',
          cause: expect.stringContaining('asked after the injector: zz-remover/zz-remover.example.com'),
        },
      ]);
    } finally {
      await other.stop();
    }
  });

  describe('with --wait', () => {
    const guard = 'validatingadmissionpolicy sidecar-injector-guard';

    it('looks again until nothing fails, says meanwhile what does, and ends with 0', async () => {
      await kubectl(`delete ${guard}`);
      const waiting = runProgram('check', '--wait', '60s');
      await new Promise(resolve => setTimeout(resolve, 3000));
      await reinstall();
      const { exitCode, stdout, stderr } = await waiting;
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^waiting for guard/m);
      expect(stdout).toContain('√ guard:');
      expect(stdout).not.toContain('×');
    });

    it('prints the last result and ends with 3 when the time is up', async () => {
      await kubectl(`delete ${guard}`);
      try {
        const { exitCode, stdout, stderr } = await runProgram('check', '--wait', '10s');
        expect(exitCode).toBe(3);
        expect(stderr.match(/^waiting for guard/gm)).toHaveLength(1);
        expect(stdout.match(/× guard:/g)).toHaveLength(1);
      } finally {
        await reinstall();
      }
    });
  });

  describe('by somebody without rights', () => {
    let kubeconfig: string;
    beforeAll(async () => {
      kubeconfig = await kubeconfigOf('stranger');
    });

    it('takes nothing for well that may not be read', async () => {
      const { exitCode, report } = await runCheck('--kubeconfig', kubeconfig);
      expect(exitCode).toBe(3);
      const ok = report.checks.filter(({ outcome }) => outcome === 'ok').map(({ check }) => check);
      expect(ok).toEqual(['kubernetes-api', 'kubernetes-version', 'admission-policies']);
      const rest = report.checks.filter(({ outcome }) => outcome !== 'ok');
      expect(
        rest.filter(({ cause }) => cause?.includes('forbidden: ') === true).map(({ check }) => check),
      ).toEqual(
        expect.arrayContaining([
          'webhook-registered',
          'service',
          'endpoints',
          'replicas-ready',
          'guard',
          'definitions',
          'pod-injected',
        ]),
      );
    });

    it('may not install', async () => {
      const { exitCode, troubles } = await runCheck('--pre', '--kubeconfig', kubeconfig);
      expect(exitCode).toBe(3);
      expect(troubles).toContainEqual(
        expect.objectContaining({
          check: 'rights-to-install',
          code: 'right-missing',
          cause: expect.stringContaining('you may not get namespaces'),
        }),
      );
    });
  });

  describe('with --pre', () => {
    it('is well with an installation that is there', async () => {
      const { exitCode, report, troubles } = await runCheck('--pre');
      expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
      expect(report.checks.map(({ check }) => check)).toEqual(checksBefore.map(({ name }) => name));
      expect((await runProgram('check', '--pre')).stdout).toContain(
        'an installation is there already, in namespace sidecar-injector',
      );
    });

    it('tells that a name is taken', async () => {
      await kubectl('label priorityclass sidecar-injector app.kubernetes.io/name-');
      const { exitCode, troubles } = await runCheck('--pre');
      await reinstall();
      expect(exitCode).toBe(3);
      expect(troubles).toMatchObject([
        {
          check: 'names-free',
          code: 'name-taken',
          cause: expect.stringContaining('PriorityClass sidecar-injector'),
        },
      ]);
    });
  });

  it('says in one line that no cluster answers', async () => {
    const { directory, kubeconfig } = controlPlane();
    const file = join(directory, 'kubeconfig-without-cluster');
    const text = await readFile(kubeconfig, 'utf8');
    await writeFile(file, text.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:9'), { mode: 0o600 });
    const { exitCode, report } = await runCheck('--kubeconfig', file);
    expect(exitCode).toBe(3);
    expect(report.checks).toMatchObject([{ check: 'kubernetes-api', code: 'api-unreachable' }]);
  });
});

describeWithControllers('check of an injector with a certificate from files', () => {
  const host = 'sidecar-injector.sidecar-injector.svc';
  let directory: string;
  let stop: () => Promise<unknown>;
  const serve = async (from: Date, days: number) => {
    const authority = await issueAuthority({ now: from, days: 30 });
    const leaf = await issueServingCertificate(authority, [host], { now: from, days });
    await writeFile(join(directory, 'files.crt'), leaf.cert);
    await writeFile(join(directory, 'files.key'), leaf.key);
    return authority.cert;
  };
  beforeAll(async () => {
    ({ directory } = controlPlane());
    const authority = await serve(new Date(), 20);
    await trustAuthority(kubectl, authority);
    const flags = [
      `--tls-cert-file=${join(directory, 'files.crt')}`,
      `--tls-key-file=${join(directory, 'files.key')}`,
    ];
    const webhook = await startWebhook('--tls=files', ...flags);
    stop = () => webhook.stop();
    await runReplicas(webhook);
    await allIsWell();
  });
  afterAll(async () => {
    await stop();
    await forgetReplicas();
    await reinstall();
  });

  it('tells that the registration names another authority', async () => {
    const before = await publishedBundle();
    const { cert } = await issueAuthority({ now: new Date(), days: 1 });
    await trustAuthority(kubectl, cert);
    await eventually(async () => {
      const { exitCode, troubles } = await runCheck();
      expect(exitCode).toBe(3);
      expect(troubles).toMatchObject([
        { check: 'certificate-served', code: 'ca-bundle-mismatch' },
        { check: 'pod-injected', code: 'ca-bundle-mismatch' },
      ]);
    });
    await trustAuthority(kubectl, before);
    await allIsWell();
  });

  it('tells that the registration names none', async () => {
    const before = await publishedBundle();
    await patchRegistration([{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }]);
    await eventually(async () => {
      const { exitCode, troubles } = await runCheck();
      expect(exitCode).toBe(3);
      expect(troubles).toContainEqual(
        expect.objectContaining({ check: 'authority-published', code: 'ca-bundle-missing' }),
      );
    });
    await trustAuthority(kubectl, before);
    await allIsWell();
  });

  it('tells that the certificate which is served has expired', async () => {
    const authority = await serve(new Date(Date.now() - 10 * 24 * 3600_000), 5);
    await trustAuthority(kubectl, authority);
    await eventually(
      async () => {
        const { exitCode, troubles } = await runCheck();
        expect(exitCode).toBe(3);
        expect(troubles).toMatchObject([
          { check: 'certificate-served', code: 'certificate-expired' },
          { check: 'certificate-valid', code: 'certificate-expired' },
          { check: 'pod-injected', code: 'certificate-expired' },
        ]);
      },
      { withinMs: 60_000 },
    );
  });
});

/** A kubeconfig of an account that nobody has given any rights. */
async function kubeconfigOf(name: string): Promise<string> {
  const { directory, kubeconfig } = controlPlane();
  await kubectl(`-n default create serviceaccount ${name}-of-check`);
  const { stdout } = await kubectl(`-n default create token ${name}-of-check`);
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  config.users[0].user = { token: stdout.trim() };
  const file = join(directory, `kubeconfig-of-${name}-of-check`);
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
