import { isKnown } from '../fact.ts';
import { compareDefinitions, differencesInWords } from './compare-definitions.ts';
import type { InjectorReading, InjectorVersion, ReplicaVersion } from './injector-version.ts';

/** A replica that has answered. */
export interface AnsweredReplica {
  readonly pod: string | undefined;
  readonly version: InjectorVersion;
}

/** The replicas that have answered. */
export function answered({ replicas }: InjectorReading): readonly AnsweredReplica[] {
  if (!isKnown(replicas)) return [];
  return replicas.value.flatMap(({ pod, version }) =>
    isKnown(version) ? [{ pod, version: version.value }] : [],
  );
}

/** Why there is no answer of the injector, or of some of its replicas. */
export function unanswered({ replicas }: InjectorReading): readonly string[] {
  if (!isKnown(replicas)) return [replicas.unknown];
  return replicas.value.flatMap(({ version }) => (isKnown(version) ? [] : [version.unknown]));
}

/** What does not fit together: the program here with the injector, and the replicas with each other. */
export function mismatches(client: string, replicas: readonly AnsweredReplica[]): readonly string[] {
  const versions = [...new Set(replicas.map(({ version }) => version.version))];
  const [first, ...others] = replicas;
  const apart = others.flatMap(other => (first === undefined ? [] : differencesOf(first, other)));
  return [
    ...(versions.length > 0 && versions.some(version => version !== client)
      ? [`this program is ${client}, the injector ${versions.join(' and ')}`]
      : []),
    ...apart,
  ];
}

/** How another replica differs from the first. */
function differencesOf(first: AnsweredReplica, other: AnsweredReplica): readonly string[] {
  const [a, b] = [first.version, other.version];
  const whose = `${nameOf(first)} and ${nameOf(other)}`;
  const definitions = differencesInWords(compareDefinitions(a.definitions, b.definitions), [
    'in the first',
    'in the second',
  ]);
  return [
    ...(a.version === b.version ? [] : [`replicas differ: ${whose} are ${a.version} and ${b.version}`]),
    ...(a.nativeSidecars === b.nativeSidecars
      ? []
      : [`replicas differ: of ${whose} only one puts sidecars in as native ones`]),
    ...(definitions === undefined
      ? []
      : [`replicas differ: ${whose} have other definitions in force: ${definitions}`]),
  ];
}

/** A replica in words. */
export function nameOf({ pod }: Pick<ReplicaVersion, 'pod'>): string {
  return pod === undefined ? 'a replica' : `pod ${pod}`;
}
