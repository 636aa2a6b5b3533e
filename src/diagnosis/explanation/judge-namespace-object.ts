import { isRequestKey } from '../../injection/request/annotation-keys.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { readNamespace } from '../../kubernetes/namespace.ts';
import type { Engine } from './engine.ts';
import { type Judgement, toldOf } from './judgement.ts';

/** What is to be said of a Namespace: what its pods get, what is wrong with it, and what has no effect. */
export function judgeNamespaceObject(object: JsonObject, { decideNamespace }: Engine): Judgement {
  const namespace = readNamespace(object, 'Namespace');
  const decision = decideNamespace?.({ namespace }) ?? unjudged;
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  const { warnings } = decision;
  // Whoever has annotated it wants something.
  const isAnnotated = Object.keys(namespace.metadata.annotations ?? {}).some(isRequestKey);
  const isInTheWay = (code: string) => code === 'namespace-without-effect' && isAnnotated;
  return {
    reason: decision.outcome === 'skipped' ? decision.reason : (refusals[0]?.code ?? ''),
    sidecars: [],
    problems: [...refusals, ...warnings.filter(({ code }) => isInTheWay(code))].map(toldOf),
    warnings: warnings.filter(({ code }) => !isInTheWay(code)).map(toldOf),
  };
}

const unjudged = { outcome: 'skipped', reason: 'not-requested', warnings: [] } as const;
