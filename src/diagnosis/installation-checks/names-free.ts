import { failure, ok } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const namesFree: InstallationCheck = {
  name: 'names-free',
  category: 'neighbours',
  title: 'nothing of somebody else has a name that the manifests use',
  judge: ({ preparation, namespace }) => {
    const presentObjects = preparation?.presentObjects ?? unknown('nobody has asked');
    if (!isKnown(presentObjects)) return unread('what has the names of the manifests', presentObjects);
    const taken = presentObjects.value.filter(({ isOurs }) => !isOurs);
    if (taken.length > 0) {
      return failure(
        'name-taken',
        `there without the label app.kubernetes.io/name=sidecar-injector: ${inFewWords(taken.map(({ kind, name }) => `${kind} ${name}`))}`,
        'see whose they are; applying the manifests would change them',
      );
    }
    return presentObjects.value.length === 0
      ? ok()
      : ok(
          `an installation is there already, in namespace ${namespace}; applying updates it, and for another namespace takes its webhooks away from it`,
        );
  },
};
