import type { Pod, PodSpec, Volume } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** The pod that a template makes once it has these annotations, for the engine to judge. */
export function templatePod(workload: Workload, annotations: Readonly<Record<string, string>>): Pod {
  const { kind, metadata, template } = workload;
  const name = metadata.name ?? '';
  return {
    metadata: {
      name: `${name}-0`,
      annotations,
      ownerReferences: [{ kind, name, controller: true }],
    },
    spec: withClaims(workload, template.spec, `${name}-0`),
  };
}

/** The controller puts the pod's own claim in the place of a volume of that name. */
function withClaims({ claimNames }: Workload, spec: PodSpec, podName: string): PodSpec {
  if (claimNames.length === 0) return spec;
  const claims = claimNames.map(
    (name): Volume => ({ name, persistentVolumeClaim: { claimName: `${name}-${podName}` } }),
  );
  const claimed = new Set(claimNames);
  const others = (spec.volumes ?? []).filter(({ name }) => !claimed.has(name));
  return { ...spec, volumes: [...others, ...claims] };
}

/** The annotations of a template after changes. */
export function annotationsAfter(
  { template }: Workload,
  changes: ReadonlyMap<string, string | undefined>,
): Readonly<Record<string, string>> {
  const present = template.metadata?.annotations ?? {};
  if (changes.size === 0) return present;
  const after = new Map<string, string | undefined>([...Object.entries(present), ...changes]);
  return Object.fromEntries(
    [...after].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
