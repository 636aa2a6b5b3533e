import { versionedName } from '../../injection/render/choose-image.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { clusterDefinitions } from '../cluster-definitions.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const definitions: InstallationCheck = {
  name: 'definitions',
  category: 'definitions',
  title: 'the definitions in the cluster can be used',
  judge: installation => {
    const { definitions, namespace } = installation;
    const where = `ConfigMap ${namespace}/sidecar-injector-sidecars`;
    if (!isKnown(definitions)) return unread(where, definitions);
    const { sidecars, next, problems } = clusterDefinitions(installation);
    const advice =
      'mend the file and try it with validate, then apply it again: kubectl apply --kustomize sidecars';
    const [first] = problems;
    if (first !== undefined) {
      const more = problems.length === 1 ? '' : `, and ${problems.length - 1} problems more`;
      return failure('definition-broken-in-cluster', `${where}: ${inOneLine(first)}${more}`, advice);
    }
    const names = [...sidecars.values(), ...next.values()].map(versionedName);
    if (names.length > 0) return ok(names.join(', '));
    const what = definitions.value === undefined ? 'is not there' : 'has no definition';
    return failure(
      'definitions-missing',
      `${where} ${what}`,
      'apply it again: kubectl apply --kustomize sidecars',
    );
  },
};
