/** The words that fuzzed reviews are made of: our keys, values that fit them, values at a boundary, and odd ones. */
import { worstTexts } from '../worst-texts.ts';
import type { Random } from './random.ts';
import type { Setting } from './settings.ts';

/** Stands where people put credentials by mistake; it must come back in no message and no record. */
export const marker = 'ghp_wJ4k9QzT7mVb2XcRfLs8NdYe1HgU6PaEo3Ki';

/** Mistyped addresses and values with a credential, each seen in earnest. */
const leaks: readonly string[] = [
  `https://alice:${marker}@github.com/org/site.git`,
  `https://${marker}@github.com/org/site.git`,
  `https://alice:${marker}%40github.com/org/site.git`,
  `https://oauth2:${marker}/org/site.git`,
  `https://github.com/org/site.git#${marker}`,
  `https://github.com/org/site.git?a=b&token=${marker}`,
  `https://github.com/org/site.git;token=${marker}`,
  `alice:${marker}@github.com:org/site.git`,
  `http://hooks.example.com/${marker}?x=${marker}`,
  `token=${marker}`,
  marker,
];

const values: readonly string[] = [
  ...['', ' ', 'true', 'false', 'off', 'none', 'auto', 'native', 'classic', 'init', 'recursive', 'HEAD'],
  ...['0', '1', '-1', '65535', '65536', '999999999999999', '9007199254740993', '1e400', '0x10', '١'],
  ...['50m', '1', '1.5', '64Mi', '2Gi', '1e3', '1Ei', '0.0000000001', '100000000000000000000'],
  ...['60s', '0s', '1h30m', '.5s', '1ns', '99999999h', '5', 'µs'],
  ...['/', '/site', '/site/', '//site', '/site/../x', '/proc', '/a:b', '/tmp/*.log', '/var/log/app/*.log'],
  ...['app', 'app,web', 'app,app', ',', 'app, web', 'istio-proxy', 'git-sync', 'content', 'git-sync-tmp'],
  ...['https://github.com/org/site.git', 'git@github.com:org/site.git', 'ssh://git@host:22/x', 'file:///x'],
  ...['http://localhost:9090/-/reload', 'http://[::1]:80/x', 'https://EXAMPLE.com/a?b=c#d', 'ext::sh -c x'],
  ...['8443:8080', '8443:', ':', '1:2:3', 'a:b', 'a=1', 'a=1,b=2', 'a=1,a=2', '=', 'a=', '__proto__=1'],
  ...['0123abc', '0123456789012345678901234567890123456789', 'release/1.x', 'a..b', '-x', '@{', 'x.lock'],
  ...['$(HOME)', '$$(HOME)', '${name}', '$${x}', '%n', '\\', '"', "'", '`id`', '\u0000', '\u001b[31m'],
  ...['\u202e', '\ud800', '\u{1f600}', 'İ', 'ﬀ', 'ＡＰＰ', '\ufeff', '\u2028', 'é', 'e\u0301', 'constructor'],
  ...['{}', '[]', 'null', '{"git-sync":{}}', '{"__proto__":{}}', '..data', '..', '.', '.git-sync', 'a_b'],
  ...['username', 'ca.crt', 'k'.repeat(63), 'k'.repeat(64), 'k'.repeat(253), 'k'.repeat(254)],
];

/** Keys of the whole kind: reserved, misspelt, and members of every object. */
const oddKeys: readonly string[] = [
  ...['sidecar.io/inject', 'sidecar.io/status', 'sidecar.io/propagated', 'sidecar.io/', 'sidecar.io/.'],
  ...['sidecar.io/git-sync.', 'sidecar.io/git-sync_', 'sidecar.io/git-sync_a.b.c', 'sidecar.io/_a'],
  ...['sidecar.io/git-sync.inject', 'sidecar.io/_.inject', 'sidecar.io/inject.inject'],
  ...['sidecar.io/gitsync', 'sidecar.io/GIT-SYNC', 'Sidecar.io/git-sync', 'sidecar.io/git-sync.mnt'],
  ...['sidecar.io/__proto__', 'sidecar.io/constructor.mount', 'sidecar.io/broken', '__proto__', 'toString'],
  ...['kubectl.kubernetes.io/default-container', 'kubectl.kubernetes.io/last-applied-configuration'],
  ...['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes', 'prometheus.io/scrape', 'a/b', '~0~1'],
  ...['kubernetes.io/config.mirror', 'sidecar.istio.io/status', 'example.com/note', 'example.com/a~b'],
];

const instances = ['', '', '', '_docs', '_a-b', '_init', '_tmp', `_${'x'.repeat(50)}`, '_X', '_1'];

const keysOfSettings = new WeakMap<Setting, readonly string[]>();

/** A key of an annotation, most often one that a definition of the setting knows. */
export function anyKey(random: Random, setting: Setting): string {
  if (random.once(8)) return random.pick(oddKeys);
  const known = keysOfSettings.get(setting) ?? knownKeys(setting);
  keysOfSettings.set(setting, known);
  const [sidecar = '', parameter] = random.pick(known).split(' ');
  const name = `sidecar.io/${sidecar}${random.pick(instances)}`;
  return parameter === undefined ? name : `${name}.${parameter}`;
}

/** Sidecar and parameter; the switches as often as all parameters together, because without them little happens. */
function knownKeys({ sidecars: { sidecars } }: Setting): readonly string[] {
  const parameters = [...sidecars.values()].flatMap(({ name, parameters }) =>
    [...parameters.keys()].map(parameter => `${name} ${parameter}`),
  );
  const switches = [...sidecars.keys()];
  const times = Math.ceil(parameters.length / switches.length);
  return [...parameters, ...Array.from({ length: times }, () => switches).flat()];
}

/** A text: one that fits somewhere, one at a boundary, one with a credential, or a long one. */
export function anyText(random: Random): string {
  switch (random.below(16)) {
    case 0:
      return random.pick(leaks);
    case 1:
      return random.pick(values) + random.pick(values);
    case 2:
      return String.fromCharCode(...Array.from({ length: random.below(12) }, () => random.below(0x10000)));
    case 3:
      return random.pick(Object.values(worstTexts))(2 ** random.below(random.once(30) ? 19 : 12));
    default:
      return random.pick(values);
  }
}

/** Any JSON value that is no text, and some that are. */
export function anyScalar(random: Random): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => true,
    () => false,
    () => random.below(70_000),
    () => -1,
    () => 1.5,
    () => Number.MAX_SAFE_INTEGER + 2,
    () => 1e308,
    () => [],
    () => ({}),
    () => anyText(random),
  ])();
}
