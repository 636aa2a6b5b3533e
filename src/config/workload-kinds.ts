import { suggestion } from '../nearest-name.ts';
import { isMap } from './is-map.ts';
import { shown } from './shown.ts';

/** A kind of object with a pod template that Kubernetes itself does not have, as the API server names it. */
export interface WorkloadKindSetting {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** Where the pod template is, as in `spec.template`. */
  readonly template: string;
}

/** The kinds, or all that is wrong with them, each problem behind the place that it is about. */
export type WorkloadKindsReading =
  | { readonly value: readonly WorkloadKindSetting[] }
  | { readonly problems: readonly string[] };

/** Reads the value of `workloadKinds`. */
export function readWorkloadKinds(value: unknown): WorkloadKindsReading {
  if (!Array.isArray(value))
    return { problems: [`: got ${shown(value)}; use a list of kinds, each ${example}`] };
  if (value.length > maxKinds) return { problems: [`: got ${value.length} kinds; use at most ${maxKinds}`] };
  const problems = value.flatMap((entry: unknown, index) =>
    [...problemsOf(entry), ...repetitions(entry, value.slice(0, index))].map(text => `[${index}]${text}`),
  );
  return problems.length > 0 ? { problems } : { value: value.map(kindOf) };
}

const example =
  '{group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout, template: spec.template}';

/** Nobody has more in earnest; each is looked for with every review. */
const maxKinds = 20;

interface Field {
  readonly pattern: RegExp;
  readonly use: string;
}

const label = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names as the API server takes them in a CustomResourceDefinition; a group has a dot there. */
const fields: Readonly<Record<keyof WorkloadKindSetting, Field>> = {
  group: {
    pattern: /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)+$/,
    use: 'the API group of a custom resource, such as argoproj.io',
  },
  version: { pattern: label, use: 'the version in which the webhook is asked, such as v1alpha1' },
  resource: { pattern: label, use: 'the plural name in small letters, such as rollouts' },
  kind: {
    pattern: /^[A-Za-z](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
    use: 'the name of the kind, such as Rollout',
  },
  template: {
    // As deep as the condition of the webhook looks; deploy/base/mutating-webhook-configuration.yaml.
    pattern: /^spec(?:\.(?!metadata\b)[A-Za-z][A-Za-z0-9]{0,62}){1,4}$/,
    use: 'the path of the pod template, spec and one to four keys below it, as in spec.template; lists have no paths',
  },
};

const keys = Object.keys(fields) as readonly (keyof WorkloadKindSetting)[];

function problemsOf(entry: unknown): readonly string[] {
  if (!isMap(entry)) return [`: got ${shown(entry)}; use ${example}`];
  const unknown = Object.keys(entry)
    .filter(key => !Object.hasOwn(fields, key))
    .map(key => `: unknown key ${shown(key)}${suggestion(key, keys)}`);
  return [...unknown, ...keys.flatMap(key => problemOf(key, entry))];
}

function problemOf(key: keyof WorkloadKindSetting, entry: Entry): readonly string[] {
  const { pattern, use } = fields[key];
  const value = entry[key];
  if (value === undefined) return [`.${key}: is missing; use ${use}`];
  if (key === 'group' && ownGroups.has(value)) return [`.group: got ${shown(value)}; ${ownKinds}`];
  return typeof value === 'string' && pattern.test(value) ? [] : [`.${key}: got ${shown(value)}; use ${use}`];
}

/** The groups of Kubernetes itself that have kinds with a pod template. */
const ownGroups: ReadonlySet<unknown> = new Set(['', 'apps', 'batch']);

/** A Deployment copies its annotations to its ReplicaSets and compares their templates with its own. */
const ownKinds =
  'of Kubernetes itself Deployment, StatefulSet, DaemonSet, Job and CronJob are looked at without being named, and no other kind can be';

/** One version and one template for each kind: the API server converts the others to the version of the rule. */
function repetitions(entry: unknown, earlier: readonly unknown[]): readonly string[] {
  if (!isMap(entry)) return [];
  const index = earlier.findIndex(
    other =>
      isMap(other) &&
      other['group'] === entry['group'] &&
      (other['kind'] === entry['kind'] || other['resource'] === entry['resource']),
  );
  if (index === -1) return [];
  return [
    `: ${shown(entry['kind'])} of ${shown(entry['group'])} stands at [${index}] already; name each kind once`,
  ];
}

function kindOf(entry: WorkloadKindSetting): WorkloadKindSetting {
  const { group, version, resource, kind, template } = entry;
  return { group, version, resource, kind, template };
}

type Entry = Readonly<Record<string, unknown>>;
