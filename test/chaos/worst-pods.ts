/** The pods that a tenant can make a replica work hardest with, each within what the API server takes. */
import { repository } from '../e2e/pod-manifests.ts';
import { worstTexts } from '../worst-texts.ts';

type Annotations = Readonly<Record<string, string>>;

const length = 64_000;
const gitSync = { 'sidecar.io/git-sync': repository };
const mounted = { ...gitSync, 'sidecar.io/git-sync.mount': '/s' };

/** All of them, the ones with many instances more often than once, because what they leave in memory is another each time. */
export function worstPods(): readonly object[] {
  return [
    podOf({ ...gitSync, 'sidecar.io/git-sync.cpu': text('digits, then a letter') }),
    podOf({ 'sidecar.io/git-sync': text('colons between names') }),
    podOf({ 'sidecar.io/git-sync': text('colons before slashes') }),
    podOf({
      'sidecar.io/log-collector': '/var/log/*.log',
      'sidecar.io/log-collector.attributes': text('names with values, each another'),
    }),
    podOf(mounted, [{ ...container('app'), volumeMounts: [{ name: 'v', mountPath: text('slashes') }] }]),
    podOf({ ...mounted, 'kubectl.kubernetes.io/default-container': 'a'.repeat(length) }, [
      container('b'.repeat(length)),
    ]),
    podOf({ ...mounted, 'sidecar.io/git-sync.containers': text('one name again and again').slice(0, 4000) }, [
      container('c'.repeat(60_000)),
    ]),
    podOf({ ...gitSync, 'sidecar.io/status': '['.repeat(60_000) + ']'.repeat(60_000) }),
    podOf({ ...gitSync, 'sidecar.io/status': '{}' }),
    podOf(instances(5000)),
    podOf(
      { ...instances(600), ...mounts(600) },
      many(600, index => container(`c${index}`)),
    ),
    ...many(40, run => podOf(instances(95, `r${run}`))),
    ...Object.values(worstTexts).map(make =>
      podOf({ ...gitSync, 'sidecar.io/git-sync.webhook': make(length) }),
    ),
    ...Object.values(worstTexts).map(make => podOf({ 'sidecar.io/git-sync': make(length) })),
  ];
}

function text(name: string): string {
  const make = worstTexts[name];
  if (make === undefined) throw new Error(`no text ${name}`);
  return make(length);
}

function instances(count: number, run = 'i'): Annotations {
  return Object.fromEntries(many(count, index => [`sidecar.io/git-sync_${run}${index}`, 'https://a/b']));
}

function mounts(count: number): Annotations {
  return Object.fromEntries(many(count, index => [`sidecar.io/git-sync_i${index}.mount`, '/m']));
}

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function container(name: string): object {
  return { name, image: 'nginx:1.29' };
}

function podOf(annotations: Annotations, containers: readonly object[] = [container('app')]): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'bad-', annotations },
    spec: { containers },
  };
}
