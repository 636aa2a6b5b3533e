import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import type { Replica } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const replicasSteady: InstallationCheck = {
  name: 'replicas-steady',
  category: 'replicas',
  title: 'no replica has ended on its own in the last day',
  judge: ({ replicas, namespace, now }) => {
    if (!isKnown(replicas)) return unread(`pods in namespace ${namespace}`, replicas, 'warning');
    const since = now.getTime() - dayMs;
    const fallen = replicas.value.find(
      ({ lastTermination }) => Date.parse(lastTermination?.finishedAt ?? '') > since,
    );
    const restarts = replicas.value.reduce((sum, replica) => sum + replica.restarts, 0);
    if (fallen === undefined) return ok(restarts === 0 ? 'no restarts' : `${restarts} restarts, all before`);
    return warning(
      'replica-restarted',
      inWords(fallen),
      `see kubectl --namespace ${namespace} logs --previous ${fallen.name}`,
    );
  },
};

const dayMs = 24 * 3600_000;

function inWords({ name, restarts, lastTermination }: Replica): string {
  const { reason, exitCode, finishedAt, message } = lastTermination ?? {};
  const said = message ? `: ${message}` : '';
  return `pod ${name}, restarted ${restarts} times, ended at ${finishedAt} with ${reason}, exit code ${exitCode}${said}`;
}
