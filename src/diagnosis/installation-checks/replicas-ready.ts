import { at } from '../../kubernetes/json.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import type { Installation, Replica } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { ownName } from '../registration.ts';

export const replicasReady: InstallationCheck = {
  name: 'replicas-ready',
  category: 'replicas',
  title: 'all replicas are ready',
  judge: installation => {
    const { deployment, replicas, namespace } = installation;
    if (!isKnown(deployment)) return unread(`deployment ${namespace}/${ownName}`, deployment);
    if (deployment.value === undefined) {
      return failure(
        'deployment-missing',
        `there is no Deployment "${ownName}" in namespace ${namespace}`,
        'apply the manifests again: kubectl apply --filename deploy/install.yaml',
      );
    }
    if (!isKnown(replicas)) return unread(`pods of deployment ${namespace}/${ownName}`, replicas);
    const wanted = Number(at(deployment.value, ['spec', 'replicas']) ?? 1);
    return judgeReplicas(installation, replicas.value, wanted);
  },
};

function judgeReplicas({ namespace }: Installation, replicas: readonly Replica[], wanted: number) {
  const running = replicas.filter(({ isGoing }) => !isGoing);
  const late = running.filter(({ isReady }) => !isReady);
  const ready = running.length - late.length;
  const advice = `see kubectl --namespace ${namespace} describe pods, and their logs`;
  if (late.length > 0) {
    return failure(
      'replica-not-ready',
      `${ready} of ${wanted} ready; ${inFewWords(late.map(inWords), 'and', 3)}`,
      advice,
    );
  }
  if (wanted === 0) {
    return failure('replica-not-ready', `Deployment ${namespace}/${ownName} is scaled to 0`, 'scale it to 2');
  }
  if (ready < wanted) {
    return failure(
      'replica-not-ready',
      `${ready} of ${wanted} ready; the others have no pods`,
      `see kubectl --namespace ${namespace} describe replicasets`,
    );
  }
  return ok(`${ready} of ${wanted}`);
}

function inWords({ name, why, phase, lastTermination }: Replica): string {
  const ended = lastTermination?.message ? `; it ended with: ${lastTermination.message}` : '';
  return `pod ${name} is not: ${why || phase || 'nobody has said anything of it'}${ended}`;
}
