/** Every message of docs/troubleshooting.md that needs no running pod, provoked on the real API server. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { messages, patternOf } from '../troubleshooting.ts';
import { kubectlAsInjector } from './injector-account.ts';
import { trustAuthority } from './installation.ts';
import { enabled } from './labelled-namespace.ts';
import { runProgram, runProgramWith } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import { issueTrusted, listenSilently, serviceHost } from './silent-server.ts';
import {
  controlPlane,
  describeWithControllers,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
} from './suite.ts';
import { createNamespace, refusalOf } from './test-namespace.ts';
import { publishEndpoints, type Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

/** What somebody sees who does this. */
type Scenes = Readonly<Record<string, () => Promise<string>>>;

const pods = 'failed calling webhook "pods.sidecar.io": …';
const today = { now: new Date(), days: 1 };
const lastMonth = { now: new Date(Date.now() - 30 * 24 * 3600 * 1000), days: 7 };

/** The kubeconfig of a cloud whose program is not on this machine. */
async function kubeconfigWithoutPlugin(): Promise<string> {
  const { directory, kubeconfig } = controlPlane();
  const cloud = parse(await readFile(kubeconfig, 'utf8'));
  for (const entry of cloud.users) entry.user = { exec: { command: 'no-such-auth-plugin' } };
  const file = join(directory, 'cloud.kubeconfig');
  await writeFile(file, stringify(cloud));
  return file;
}

/** Whatever a command says, also where it fails. */
function saidBy(command: Promise<{ readonly stdout: string; readonly stderr: string }>): Promise<string> {
  return command.then(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
    ({ message }: Error) => message,
  );
}

const whileNobodyAnswers: Scenes = {
  [`${pods} connection refused`]: () => refusalOf(podOf('web', gitSync)),
  [`${pods} service "sidecar-injector" not found`]: async () => {
    await kubectl('-n sidecar-injector delete service sidecar-injector');
    return refusalMatching(/not found/);
  },
  [`${pods} context deadline exceeded`]: async () =>
    refusalBeside(await issueTrusted(serviceHost, today), /deadline/),
  [`${pods} x509: certificate signed by unknown authority`]: async () => {
    const authority = await issueAuthority(today);
    return refusalBeside(await issueServingCertificate(authority, [serviceHost], today), /x509/);
  },
  [`${pods} x509: certificate is valid for …, not ${serviceHost}`]: async () =>
    refusalBeside(await issueTrusted('other.example.com', today), /valid for/),
  [`${pods} x509: certificate has expired or is not yet valid: current time … is after …`]: async () => {
    const authority = await issueAuthority({ ...lastMonth, days: 365 });
    await trustAuthority(kubectl, authority.cert);
    return refusalBeside(await issueServingCertificate(authority, [serviceHost], lastMonth), /expired/);
  },
  'failed calling webhook "workloads.sidecar.io": …': async () =>
    saidBy(
      (await createNamespace()).kubectl('create -f -', workloadOf('Deployment', { annotations: gitSync })),
    ),
  'failed calling webhook "pods-in-namespaces.sidecar.io": …': async () =>
    (await createNamespace(enabled, gitSync)).refusalOf(podOf('web')),
  "ValidatingAdmissionPolicy 'sidecar-injector-guard' with binding 'sidecar-injector-guard' denied request: …":
    async () => {
      await deleteRegistration();
      return refusalOf(podOf('web', gitSync));
    },
  "ValidatingAdmissionPolicy 'sidecar-injector-namespace-guard' with binding 'sidecar-injector-namespace-guard' denied request: …":
    async () => {
      await deleteRegistration();
      return (await createNamespace(enabled, gitSync)).refusalOf(podOf('web'));
    },
};

const whileItMayNotRead: Scenes = {
  'the annotations of its namespace are not known: …': async () => {
    await kubectl('delete clusterrolebinding sidecar-injector-namespaces');
    const webhook = await startWebhook();
    try {
      const namespace = await createNamespace(enabled, gitSync);
      return await refusalMatching(/not known/, () => namespace.refusalOf(podOf('web')));
    } finally {
      await webhook.stop();
    }
  },
};

const whileItAnswers: Scenes = {
  'annotation sidecar.io/…: no sidecar …; … known: … (unknown-sidecar)': () =>
    refusalOf(podOf('web', { 'sidecar.io/git-synk': 'https://example.com/site.git' })),
  "ValidatingAdmissionPolicy 'sidecar-injector-own-account' with binding 'sidecar-injector-own-account' denied request: …":
    async () => {
      const asInjector = await kubectlAsInjector();
      return saidBy(asInjector('label mutatingwebhookconfiguration sidecar-injector stolen=yes'));
    },
  'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "git-sync"': async () => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site' }];
    const podSpec = { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts }] };
    const deployment = workloadOf('Deployment', { podSpec });
    return saidBy((await createNamespace(enabled, gitSync)).kubectl('create -f -', deployment));
  },
  'failed quota: … must specify limits.cpu for: git-sync': async () => {
    const namespace = await createNamespace();
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' } };
    await namespace.kubectl('create -f -', { ...quota, spec: { hard: { 'limits.cpu': '8' } } });
    const resources = { limits: { cpu: '1' } };
    const containers = [{ name: 'web', image: 'nginx:1.29', resources }];
    return eventually(async () => {
      const refusal = await namespace.refusalOf(podOf('web', gitSync, { containers }));
      if (!refusal.includes('must specify')) throw new Error(refusal);
      return refusal;
    });
  },
  'annotation sidecar.io/git-sync has no effect on pod "web": pods cannot get containers, or lose them, after their creation; …':
    async () => {
      const namespace = await createNamespace();
      await namespace.createPod(podOf('web'));
      return saidBy(
        namespace.kubectl(['annotate', 'pod', 'web', 'sidecar.io/git-sync=https://example.com/a.git']),
      );
    },
  'label sidecar.io/git-sync of Deployment "web" has no effect on sidecars; write it as an annotation':
    async () => {
      const namespace = await createNamespace();
      await namespace.kubectl('create deployment web --image=nginx:1.29');
      return saidBy(namespace.kubectl('label deployment web sidecar.io/git-sync=x'));
    },
  'annotation Sidecar.io/git-sync …': async () =>
    saidBy((await createNamespace()).kubectl('create -f -', podOf('web', { 'Sidecar.io/git-sync': 'x' }))),
  'pod/web: no sidecar (opted-out)': async () => {
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', { ...gitSync, 'sidecar.io/inject': 'false' }));
    return saidBy(runProgram('explain', 'pod/web', '-n', namespace.name));
  },
  'variable SIDECAR_INJECTOR_…: sets nothing; did you mean "SIDECAR_INJECTOR_…"?': () =>
    saidBy(runProgramWith({ SIDECAR_INJECTOR_LOGLEVEL: 'debug' }, 'serve')),
  'user "…": the program "…", which gives the credentials, is not there; install it, or put its directory on PATH':
    async () => saidBy(runProgram('version', '--kubeconfig', await kubeconfigWithoutPlugin())),
  'no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"': async () => {
    await kubectl('delete customresourcedefinition servicemonitors.monitoring.coreos.com --ignore-not-found');
    return eventually(async () => {
      const said = await saidBy(kubectl('apply --kustomize deploy/overlays/production --dry-run=server'));
      if (!said.includes('no matches for kind "ServiceMonitor"')) throw new Error(said);
      return said;
    });
  },
  'Apply failed with …: conflict with …': async () => {
    const { kubectl: run } = await createNamespace();
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    await run('apply --server-side -f -', { ...configMap, data: { a: '1' } });
    await run(['patch', 'configmap', 'a', '--patch', '{"data":{"a":"2"}}']);
    return saidBy(run('apply --server-side -f -', { ...configMap, data: { a: '3' } }));
  },
  'namespaces "…" not found': async () => {
    const metadata = { name: 'a', namespace: 'not-there' };
    return saidBy(kubectl('create -f -', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }));
  },
  '… is forbidden: User "…" cannot … at the cluster scope': async () => {
    const asInjector = await kubectlAsInjector();
    return saidBy(asInjector('get validatingadmissionpolicies'));
  },
};

describeWithControllers('docs/troubleshooting.md', () => {
  it('has no message that is not provoked here, and none is provoked that it does not have', () => {
    const provoked = [whileNobodyAnswers, whileItMayNotRead, whileItAnswers].flatMap(Object.keys);
    expect(messages.toSorted()).toEqual(provoked.toSorted());
  });

  describe('while no injector answers', () => {
    beforeAll(async () => {
      await (await startWebhook()).stop('SIGKILL');
    });
    afterEach(async () => {
      await reinstall();
      await publishEndpoints(kubectl, controlPlane(), [unusedPort]);
    });

    it.each(Object.entries({ ...whileNobodyAnswers, ...whileItMayNotRead }))('%s', async (message, scene) => {
      expect(await scene()).toMatch(patternOf(message));
    });
  });

  describe('while the injector answers', () => {
    let webhook: Webhook;
    beforeAll(async () => {
      webhook = await startWebhook();
    });
    afterAll(() => webhook?.stop());

    it.each(Object.entries(whileItAnswers))('%s', async (message, scene) => {
      expect(await scene()).toMatch(patternOf(message));
    });
  });
});

/** Nobody listens there: https://en.wikipedia.org/wiki/TCP_Port_Service_Multiplexer */
const unusedPort = 1;

/** The refusal of an annotated pod while the API server reaches a server with this certificate. */
async function refusalBeside(certificate: KeyPair, pattern: RegExp): Promise<string> {
  const server = await listenSilently(certificate);
  try {
    return await refusalMatching(pattern);
  } finally {
    server.close().closeAllConnections();
  }
}

/** The API server learns of a change a moment later. */
function refusalMatching(pattern: RegExp, refused = () => refusalOf(podOf('web', gitSync))): Promise<string> {
  return eventually(async () => {
    const refusal = await refused();
    if (!pattern.test(refusal)) throw new Error(refusal);
    return refusal;
  });
}
