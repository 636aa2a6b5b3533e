import { isCarriedKey } from '../../injection/request/annotation-keys.ts';
import { shownKey, shownList, shownName } from '../../injection/shown-value.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { readObjectMeta } from '../../kubernetes/pod.ts';
import type { Told } from './explanation.ts';
import { type FoundTemplate, kindOf, shownPath } from './object-role.ts';

/**
 * Annotations on an object of a kind that the webhook is not asked about, as far as no template of it has them too: they
 * reach no pod.
 */
export function uncarriedAnnotations(
  object: JsonObject,
  templates: readonly FoundTemplate[],
): readonly Told[] {
  const { group, kind } = kindOf(object);
  const { annotations, ownerReferences } = readObjectMeta(object['metadata'] ?? {}, `${kind}.metadata`);
  const known = templates.map(({ workload }) => workload.template.metadata?.annotations ?? {});
  const lost = Object.keys(annotations ?? {}).filter(
    key => isCarriedKey(key) && !known.some(template => Object.hasOwn(template, key)),
  );
  if (lost.length === 0) return [];
  const owner = ownerReferences?.find(({ controller }) => controller);
  const where = shownKey(lost[0] ?? '');
  const paths = templates.map(({ path }) => `${shownPath(path)}.metadata.annotations`);
  return [
    {
      code: templates.length > 0 ? 'kind-without-rule' : 'annotation-misplaced',
      where,
      message:
        templates.length > 0
          ? `${where} on the ${shownName(kind)} itself reaches no pod: the webhook is not asked about ${shownName(kindText(group, kind))}`
          : `${where} on a ${shownName(kind)} has no effect: it makes no pods`,
      advice:
        owner !== undefined
          ? `annotate ${shownName(owner.kind)} "${shownName(owner.name)}", which makes it`
          : insteadOf(group, kind, paths),
    },
  ];
}

function kindText(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** What to write so that the pods get it. */
function insteadOf(group: string, kind: string, paths: readonly string[]): string {
  if (paths.length === 0) return 'annotate the Deployment that makes the pods, or the pod itself';
  const inTemplate = `write it in ${shownList(paths)}`;
  if (ownGroups.has(group)) return `${inTemplate}, or use a Deployment`;
  return `${inTemplate}, or name the kind ${shownName(kind)} in workloadKinds of the configuration and in the webhook's rules`;
}

/** Kinds of Kubernetes itself cannot be named in workloadKinds. */
const ownGroups: ReadonlySet<string> = new Set(['', 'apps', 'batch']);
