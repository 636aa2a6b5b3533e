/** Annotations that somebody wrote on an object beside the one that is looked at, and that do not reach it. */
import { isRequestKey } from '../../injection/request/annotation-keys.ts';
import { shownKey, shownName } from '../../injection/shown-value.ts';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type NamedWorkloadKind, readWorkload, workloadKindOf } from '../../kubernetes/workload.ts';
import type { Told } from './explanation.ts';
import { kindOf, type ObjectRole } from './object-role.ts';
import type { Family } from './surroundings.ts';

/** What the relatives of an object ask for, and itself does not. */
export function elsewhere(
  role: ObjectRole,
  { owners, children, services }: Family,
  named: readonly NamedWorkloadKind[],
): readonly Told[] {
  const asked = askedBy(role);
  const makers = owners.flatMap((owner, index) => {
    // A Deployment's own annotations are copied to its ReplicaSets.
    const above = owners[index + 1];
    return ofOwner(owner, new Set([...asked, ...(above ? ownKeys(above) : [])]), named);
  });
  return [
    ...makers,
    ...children.flatMap(child => misplacedOn(child, asked, 'whose owner makes a new one for each template')),
    ...services.flatMap(service => misplacedOn(service, asked, 'which only leads to the pods')),
  ];
}

function askedBy(role: ObjectRole): ReadonlySet<string> {
  switch (role.role) {
    case 'pod':
      return new Set(requestsIn(role.pod.metadata.annotations));
    case 'workload': {
      const { layers, template } = role.workload;
      const own = layers.flatMap(({ annotations }) => requestsIn(annotations));
      return new Set([...own, ...requestsIn(template.metadata?.annotations)]);
    }
    case 'unwatched':
      return new Set(
        role.templates.flatMap(({ workload }) => requestsIn(workload.template.metadata?.annotations)),
      );
    case 'namespace':
    case 'other':
      return new Set();
  }
}

function requestsIn(annotations: unknown): readonly string[] {
  return isObject(annotations) ? Object.keys(annotations).filter(isRequestKey) : [];
}

function ownKeys(object: JsonObject): readonly string[] {
  return requestsIn(at(object, ['metadata', 'annotations']));
}

/** An owner that hands its annotations on has done so since, or will; any other never does. */
function ofOwner(
  owner: JsonObject,
  asked: ReadonlySet<string>,
  named: readonly NamedWorkloadKind[],
): readonly Told[] {
  const { group, kind } = kindOf(owner);
  const watched = workloadKindOf(group, kind, named);
  if (watched === undefined) return misplacedOn(owner, asked, 'which hands it on to nobody');
  const inTemplate = requestsIn(readWorkload(watched, owner, kind).template.metadata?.annotations);
  const missing = [...new Set([...inTemplate, ...ownKeys(owner)])].find(key => !asked.has(key));
  if (missing === undefined) return [];
  const name = shownName(String(at(owner, ['metadata', 'name'])));
  const isCarried = inTemplate.includes(missing);
  return [
    {
      code: isCarried ? 'pod-older' : 'annotation-not-carried',
      where: shownKey(missing),
      message: isCarried
        ? `${kind} "${name}" asks for a sidecar by ${shownKey(missing)}, and this is made of an earlier template`
        : `${kind} "${name}" has ${shownKey(missing)}, and its pod template does not: the injector was not asked when it was annotated`,
      advice: isCarried
        ? 'wait for the rollout, or delete the pod: its successor gets the sidecar'
        : `change anything in its spec, as by kubectl rollout restart ${kind.toLowerCase()}/${name}`,
    },
  ];
}

function misplacedOn(object: JsonObject, asked: ReadonlySet<string>, why: string): readonly Told[] {
  const key = ownKeys(object).find(own => !asked.has(own));
  if (key === undefined) return [];
  const name = shownName(String(at(object, ['metadata', 'name'])));
  return [
    {
      code: 'annotation-misplaced',
      where: shownKey(key),
      message: `${shownKey(key)} stands on ${shownName(kindOf(object).kind)} "${name}", ${why}`,
      advice: 'annotate the Deployment, or what else makes the pods, or write it in the pod template',
    },
  ];
}
