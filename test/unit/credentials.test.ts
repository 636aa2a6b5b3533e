/**
 * Credentials where people put them by mistake: every form of writing them with every kind of them under every key.
 * Neither the answer, which others than the author read, nor the log repeats one.
 */
import { describe, expect, it } from 'vitest';
import { answerReview, type Core } from '../../src/admission/answer-review.ts';
import { inject } from '../../src/injection/inject.ts';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import { shownKey, shownName, shownValue } from '../../src/injection/shown-value.ts';
import type { PodSpec } from '../../src/kubernetes/pod.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../injection-fixture.ts';
import { decideOn } from '../workload-fixture.ts';

/** What machines issue: known by its looks. Taken apart, so that nobody's scanner takes them for real. */
const tokens: Readonly<Record<string, string>> = {
  'GitHub token': `${'gh'}p_16C7e42F292c6912E7710c838347Ae178B4a`,
  'short GitHub token': `${'gh'}o_abc`,
  'short fine-grained GitHub token': `${'github'}_pat_abcdef`,
  'short GitLab token': `${'glpat'}-abcdef`,
  'short Slack token': `${'xox'}p-abcdef`,
  'npm token': `${'npm'}_abcdefghijklmnopqrstuvwxyzabcdefghij`,
  'letters and digits in three parts': 'abcdefgh12345678ijklmnop',
  'fine-grained GitHub token': `${'github'}_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789`,
  'GitLab token': `${'glpat'}-Xy_z1-9kQ2mR7wL4tV8b`,
  'Slack token': `${'xox'}b-123456789012-1234567890123-abcDEFghiJKLmnoPQRstuVWX`,
  'AWS key id': `${'AK'}IAIOSFODNN7EXAMPLE`,
  'AWS secret key': `wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLE'}KEY`,
  'JSON Web Token': `${'ey'}JhbGciOiJIUzI1NiJ9.${'ey'}JzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`,
  'random small letters': '7h3kq9x2m5v8c1z4n6b0',
  'random letters and digits': 'Zk8Qw3Lm9Xp2Vt7Rb5Nc',
  'hex digits': 'e1f0c4b7a92d4e6f8b3a5c7d9e0f1a2b',
  UUID: '0b1f6a52-8c7d-4e3f-9a2b-5d6c7e8f9a0b',
};

/** What people think of: known only by where it stands. */
const passwords: Readonly<Record<string, string>> = { password: 'hunter2', word: 'swordfish' };

type Form = (credential: string) => string;

/** Places of a credential in an address, some of them with a slip of the pen. */
const addresses: readonly Form[] = [
  text => `https://user:${text}@github.com/org/site.git`,
  text => `https://${text}@github.com/org/site.git`,
  text => `https://user:${text}%40github.com/org/site.git`,
  text => `https://user%3A${text}%40github.com/org/site.git`,
  text => `https://user:${text}%2540github.com/org/site.git`,
  text => `https://oauth2:${text}/org/site.git`,
  text => `http://oauth2:${text}`,
  text => `https//user:${text}@github.com/org/site.git`,
  text => `https:/user:${text}@github.com/org/site.git`,
  text => `https:user:${text}@github.com/org/site.git`,
  text => `"https://user:${text}@github.com/org/site.git"`,
  text => `git clone https://user:${text}@github.com/org/site.git`,
  text => `ssh://git:${text}@github.com/org/site.git`,
  text => `https://github.com:${text}/org/site.git`,
  text => `https://github.com/org/site.git#${text}`,
  text => `https://github.com/org/site.git?token=${text}`,
  text => `https://github.com/org/site.git?a=b&token=${text}`,
  text => `https://github.com/org/site.git&token=${text}`,
  text => `https://github.com/org/site.git;token=${text}`,
  text => `https://github.com/org/site.git%3Ftoken=${text}`,
  text => `https://github.com/org/site.git#user@${text}`,
  text => `https://github.com/org/site.git%23${text}`,
  text => `https://github.com/org/site.git%2523${text}`,
  text => `user:${text}@github.com:org/site.git`,
  text => `token=${text}`,
  text => `--password=${text}`,
  text => `password: ${text}`,
  text => `Bearer ${text}`,
];

/** Places of a password that is no plain word. */
const logins: readonly Form[] = [
  text => `user:${text}`,
  text => `https://${text}/org/site.git`,
  text => `https://oauth2@${text}/org/site.git`,
];

/** Places of what is known by its looks. */
const bare: readonly Form[] = [
  text => text,
  text => `${text}\n`,
  text => ` ${text}`,
  text => `user:${text}`,
  text => `${text}@github.com:org/site.git`,
  text => `https://${text}/org/site.git`,
  text => `https://github.com/${text}/site.git`,
  text => `github.com/org/${text}`,
  text => `${text.slice(0, 9)}\n${text.slice(9)}`,
];

const webhook = 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';

/** Addresses that are secrets themselves. */
const chat: readonly Form[] = [
  text => `https://hooks.slack.com/services/${text}`,
  text => `hooks.slack.com/services/${text}`,
  text => `https//hooks.slack.com/services/${text}`,
];

const parameters = [
  ...['ref', 'webhook', 'proxy', 'github-base-url', 'secret', 'link', 'username-key', 'known-hosts', 'ca'],
  ...['containers', 'mount', 'no-proxy', 'touch-file', 'period', 'mode', 'volume', 'memory', 'depth', 'x'],
];

const keys = [
  ...['git-sync', 'gitsync', 'log-collector', 'tls-proxy', 'inject', 'status'],
  ...parameters.map(parameter => `git-sync.${parameter}`),
].map(name => `sidecar.io/${name}`);

const policies: readonly Partial<InjectionPolicy>[] = [
  {},
  { allowedHosts: ['example.com'], unknownSidecars: 'warn' },
];

interface Case {
  readonly text: string;
  readonly credential: string;
}

const cases: readonly Case[] = [
  ...casesOf(addresses, { ...tokens, ...passwords }),
  ...casesOf(logins, { password: 'hunter2', other: 's3cret-pass' }),
  ...casesOf(bare, tokens),
  ...casesOf(chat, { webhook }),
];

function casesOf(forms: readonly Form[], credentials: Readonly<Record<string, string>>): readonly Case[] {
  return Object.values(credentials).flatMap(credential =>
    forms.map(form => ({ text: form(credential), credential })),
  );
}

/** The parts of a credential that would be of use to somebody: none of them may be seen. */
function partsOf(credential: string): readonly string[] {
  return credential.split(/[\n/.]/).filter(part => part.length > 5);
}

describe('a credential', () => {
  it('is tried in more places than a person would think of', () => {
    expect(cases.length).toBeGreaterThan(383);
  });

  it.each(keys)('under the key %s is never repeated', key => {
    const leaks = cases.filter(({ text, credential }) =>
      policies.some(policy => {
        const annotations = { ...gitSync({ mount: '/site' }), [key]: text };
        return isTold(credential, [podTold(annotations, {}, policy), workloadTold(annotations)]);
      }),
    );
    expect(leaks).toEqual([]);
  });

  it.each(Object.entries(tokens))('in a key is never repeated: %s', (_what, token) => {
    const names = [`git-sync.${token}`, token, `git-sync_${token}`, `${token}.ref`, `git-sync.ref.${token}`];
    for (const name of names) {
      const annotations = { ...gitSync(), [`sidecar.io/${name}`]: 'x' };
      expect([name, isTold(token, [podTold(annotations), workloadTold(annotations)])]).toEqual([name, false]);
    }
  });

  it.each(Object.entries(tokens))('as a name in a pod is never repeated: %s', (_what, token) => {
    const specs: readonly Partial<PodSpec>[] = [
      { containers: [{ name: token }, { name: 'other' }] },
      { containers: [{ name: token, volumeMounts: [{ name: token, mountPath: '/site' }] }] },
      { volumes: [{ name: 'git-sync', [token]: { readOnly: true } }, { name: token }] },
      { initContainers: [{ name: token }], containers: [{ name: 'git-sync' }, { name: token }] },
    ];
    for (const spec of specs) {
      for (const more of [{}, { containers: 'c' }, { volume: token.replaceAll('/', '') }]) {
        const annotations = {
          ...gitSync({ mount: '/site', ...more }),
          'kubectl.kubernetes.io/default-container': token,
        };
        expect(isTold(token, [podTold(annotations, spec)])).toBe(false);
      }
    }
  });

  it.each(Object.entries(tokens))(
    'as a name beside a port or of a volume is never repeated: %s',
    (_what, token) => {
      const ports = [{ containerPort: 9125 }, { containerPort: 9102 }];
      const pods = [
        podTold({ 'sidecar.io/statsd-exporter': 'true' }, { containers: [{ name: token, ports }] }),
      ];
      const workload = workloadTold({ [`sidecar.io/git-sync.${token}`]: 'x' }, token);
      // A volume that is written as a name is one to the parameter's type.
      const volume = gitSync(/^[a-z0-9-]+$/.test(token) ? { volume: token } : {});
      const second = {
        'sidecar.io/git-sync_b': 'https://github.com/org/b',
        'sidecar.io/git-sync_b.volume': token,
      };
      pods.push(podTold(volume), podTold({ ...volume, ...second }));
      expect(isTold(token, [...pods, workload])).toBe(false);
    },
  );

  it.each(Object.entries(tokens))(
    'as a name that stands there twice is never repeated: %s',
    (_what, token) => {
      const key = 'sidecar.io/log-collector.attributes';
      const annotations = { 'sidecar.io/log-collector': '/var/log/*.log', [key]: `${token}=1,${token}=2` };
      expect(isTold(token, [podTold(annotations)])).toBe(false);
    },
  );
});

describe('an ordinary mistake', () => {
  it.each([
    ['git-url', 'https//github.com/org/x'],
    ['git-url', 'https:/github.com/org/my-site_2.git'],
    ['git-url', 'github.com:org/site.git'],
    ['git-url', 'github.com/org/site'],
    ['git-url', 'https://github.com/org/my%20site'],
    ['git-url', 'http://git.example.com:8080/team-a/oauth2-proxy/v2'],
    ['git-url', 'https://[fd00::1]:8443/site'],
    ['git-url', 'C:\\site'],
    ['git-ref', 'main branch'],
    ['git-ref', 'release/2024-01-15..main'],
    ['git-ref', 'feature/JIRA-1234-fix-login~1'],
    ['git-ref', 'v1.2.3-14-gdeadbeef^'],
    ['git-ref', 'DEADBEEFdeadbeefDEADBEEFdeadbeef01234567'],
    ['duration', '1 m'],
    ['duration', '1d12h30m'],
    ['quantity', '64M i'],
    ['boolean', 'yes'],
    ['enum', 'Current'],
    ['path', '/etc/..'],
    ['path', '/usr/share/nginx/html:ro'],
    ['secret', 'Git_Credentials'],
    ['secret', 'my-app/site-token'],
    ['name', 'MyFavouriteVolumeName'],
    ['string', 'blob:all'],
    ['string', 'kubernetes2024'],
    ['url', 'localhost/reload'],
    ['endpoint', 'collector:99999'],
  ])('of the type %s is shown as it was written: %s', (type, value) => {
    expect(shownValue(value, type)).toBe(`"${value}"`);
  });

  it.each([
    'app',
    'web-2',
    'network-profile-for-frontends',
    'services/team/backend',
    'oauth2-proxy',
    'team-a-svc-b-v2',
    'istio-proxy',
    'elasticsearch',
    'MyApp_2',
  ])('in the name %s is shown', name => {
    expect(shownName(name)).toBe(name);
  });

  it.each(['sidecar.io/git-sync.branch', 'sidecar.io/Git-Sync_docs.mount.path', 'no-slash', 'a/b/c'])(
    'in the key %s is shown',
    key => {
      expect(shownKey(key)).toBe(key);
    },
  );
});

function isTold(credential: string, told: readonly string[]): boolean {
  return partsOf(credential).some(part => told.some(text => text.toLowerCase().includes(part.toLowerCase())));
}

function podTold(
  annotations: Readonly<Record<string, string>>,
  spec: Partial<PodSpec> = {},
  policy: Partial<InjectionPolicy> = {},
): string {
  const object = { metadata: { name: 'web', annotations }, spec: { containers: [{ name: 'app' }], ...spec } };
  return toldAbout(object, { group: '', version: 'v1', kind: 'Pod' }, policy);
}

/** On the Deployment itself, with another value in its template, after an earlier pass. */
function workloadTold(annotations: Readonly<Record<string, string>>, parameter = 'ref'): string {
  const spec = {
    template: {
      metadata: { annotations: { [`sidecar.io/git-sync.${parameter}`]: 'main' } },
      spec: { containers: [{ name: 'app' }] },
    },
  };
  const object = { metadata: { name: 'web', annotations }, spec };
  return toldAbout(object, { group: 'apps', version: 'v1', kind: 'Deployment' });
}

/** All that leaves the program about a decision, but the patch, which holds the user's own value. */
function toldAbout(object: object, kind: object, policy: Partial<InjectionPolicy> = {}): string {
  const core: Core = {
    decide: pod => inject(pod, shippedSidecars, { ...defaultPolicy, ...policy }),
    decideWorkload: ({ workload, before }) => decideOn(workload, before),
  };
  const request = { uid: '1', kind, operation: 'CREATE', object };
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { review, record } = answerReview(body, core);
  const { patch: _patch, ...response } = review.response;
  return `${JSON.stringify(response)}${JSON.stringify(record)}`;
}
