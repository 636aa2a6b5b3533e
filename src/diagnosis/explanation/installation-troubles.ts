import type { CheckCategory, CheckResult, Trouble } from '../diagnosis.ts';
import type { Told } from './explanation.ts';

/** What the checks of an installation mean for one object. */
export interface InstallationTroubles {
  /** What keeps every pod from its sidecar. */
  readonly troubles: readonly Told[];
  /** What may. */
  readonly doubts: readonly Told[];
  /** What could not be learnt, in words. */
  readonly unknown: readonly string[];
}

/** Of what checks say, that which is about the way of a pod to the injector, and back. */
export function installationTroubles(results: readonly CheckResult[]): InstallationTroubles {
  const found = results.filter(isTrouble);
  const failed = found.filter(({ outcome, code }) => outcome === 'failure' && !unread.has(code));
  const inTheWay = failed.filter(isInTheWay);
  const besides = failed.filter(({ category }) => nearby.has(category));
  return {
    ...(hasComeThrough(results)
      ? { troubles: [], doubts: toldOnce([...inTheWay, ...besides]) }
      : { troubles: toldOnce(inTheWay), doubts: toldOnce(besides) }),
    unknown: unknownOf(found.filter(({ code, category }) => unread.has(code) && onTheWay.has(category))),
  };
}

/** What a pod needs for its sidecar. */
const onTheWay: ReadonlySet<CheckCategory> = new Set([
  'kubernetes',
  'registration',
  'service',
  'certificates',
]);

/** What another replica, another sidecar or an injector that is asked makes up for. */
const nearby: ReadonlySet<CheckCategory> = new Set(['replicas', 'guard', 'definitions']);

/** What the pod that is tried tells of others too; its own namespace, and who refused it, may be no other's. */
const probed: ReadonlySet<string> = new Set([
  'removed-by-another-webhook',
  'webhook-unreachable',
  'service-missing',
  'service-without-endpoints',
  'ca-bundle-mismatch',
  'certificate-expired',
]);

/** What nobody could see is not in the way. */
const unread: ReadonlySet<string> = new Set(['not-allowed-to-read', 'not-readable']);

/** Whatever is not as it should be: a pod that was tried just now has got its sidecar. */
function hasComeThrough(results: readonly CheckResult[]): boolean {
  return results.some(({ category, outcome }) => category === 'probe' && outcome === 'ok');
}

function isTrouble(result: CheckResult): result is CheckResult & Trouble {
  return result.outcome !== 'ok';
}

function isInTheWay({ category, code }: CheckResult & Trouble): boolean {
  return category === 'probe' ? probed.has(code) : onTheWay.has(category);
}

/** Several checks may find one thing; the first says most of it. */
function toldOnce(found: readonly (CheckResult & Trouble)[]): readonly Told[] {
  const codes = new Map(found.toReversed().map(result => [result.code, result]));
  return [...codes.values()].toReversed().map(({ check, code, cause, advice }) => ({
    code,
    where: `check ${check}`,
    message: cause,
    advice,
  }));
}

/** Whoever may not see the injector is told so in one line. */
function unknownOf(found: readonly (CheckResult & Trouble)[]): readonly string[] {
  const [first] = found;
  if (first === undefined) return [];
  const more = found.length > 1 ? ` (and ${found.length - 1} more; see check)` : '';
  return [`whether the injector is well: ${first.cause}${more}`];
}
