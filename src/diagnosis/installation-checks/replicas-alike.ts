import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const replicasAlike: InstallationCheck = {
  name: 'replicas-alike',
  category: 'replicas',
  title: 'all replicas have one image',
  judge: ({ replicas, namespace }) => {
    if (!isKnown(replicas)) return unread(`pods in namespace ${namespace}`, replicas, 'warning');
    const images = [...new Set(replicas.value.filter(({ isGoing }) => !isGoing).map(({ image }) => image))];
    if (images.length < 2) return ok(images[0] ?? 'there is none');
    return warning(
      'replicas-differ',
      `the replicas in namespace ${namespace} have the images ${inFewWords(images)}`,
      `wait for the rollout: kubectl --namespace ${namespace} rollout status deployment/sidecar-injector`,
    );
  },
};
