import { at, type JsonObject } from '../../kubernetes/json.ts';
import { oneLine } from '../../shown-text.ts';
import { failure, type Judgement, ok } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import type { Installation, Probe } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { namespaceState } from '../namespace-state.ts';
import { neighboursAfter } from '../neighbours.ts';
import { obstacleOfRefusal } from '../refusal.ts';
import { isByPoliciesAlone } from '../sidecar-policies.ts';

export const podInjected: InstallationCheck = {
  name: 'pod-injected',
  category: 'probe',
  title: 'an annotated pod comes back with its sidecar',
  judge: installation => {
    const probe = installation.probe ?? unknown('nobody has tried');
    // Policies bring no definition along from which a pod could be made.
    if (!isKnown(probe))
      return unread(
        'creating a pod by dry run',
        probe,
        isByPoliciesAlone(installation) ? 'warning' : 'failure',
      );
    const { answer, namespace, sidecar } = probe.value;
    if (answer.refusal !== undefined) return judgeRefusal(installation, answer.refusal, namespace);
    return hasContainer(answer.pod, sidecar)
      ? ok(`${sidecar}, by dry run in namespace ${namespace}`)
      : judgeBare(installation, probe.value, answer.pod);
  },
};

function judgeRefusal(installation: Installation, refusal: string, namespace: string): Judgement {
  const code = obstacleOfRefusal(refusal);
  const said = `in namespace ${namespace}: ${oneLine(refusal, maxLength)}`;
  switch (code) {
    case 'probe-refused':
      return failure(code, said, 'see whose rule that is, or try another namespace: check --namespace NAME');
    case 'removed-by-another-webhook':
      return failure(code, `${said}; ${askedAfter(installation)}`, seeOthers);
    default:
      return failure(code, said, 'see what else this check has found, first things first');
  }
}

function askedAfter(installation: Installation): string {
  const others = inFewWords(neighboursAfter(installation).map(({ name }) => name));
  return `asked after the injector: ${others || 'nobody that is known'}`;
}

const seeOthers = 'see what these webhooks take out, or let them leave annotated pods alone';

function judgeBare(installation: Installation, { namespace, sidecar }: Probe, pod: JsonObject): Judgement {
  const state = namespaceState(installation, namespace);
  if (state !== undefined) {
    return failure(
      state,
      `namespace ${namespace} is left out, so its pods get no sidecar`,
      'try another namespace: check --namespace NAME',
    );
  }
  if (at(pod, ['metadata', 'annotations', 'sidecar.io/status']) === undefined) {
    return failure(
      'pod-bare',
      `in namespace ${namespace} a pod that asks for ${sidecar} came back as it was`,
      'see what else this check has found',
    );
  }
  return failure(
    'removed-by-another-webhook',
    `in namespace ${namespace} a pod came back with a status but without container ${sidecar}; ${askedAfter(installation)}`,
    seeOthers,
  );
}

function hasContainer(pod: JsonObject, name: string): boolean {
  const lists = [at(pod, ['spec', 'initContainers']), at(pod, ['spec', 'containers'])];
  return lists.some(list => Array.isArray(list) && list.some(container => at(container, ['name']) === name));
}

const maxLength = 600;
