import { tokenDirectory } from '../kubernetes/mount-path.ts';
import type { Container, Optional, Pod, PodSpec, Volume, VolumeMount } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** The pod that a template makes once it has these annotations, for the engine to judge. */
export function templatePod(workload: Workload, annotations: Readonly<Record<string, string>>): Pod {
  const { kind, metadata, template } = workload;
  const name = metadata.name ?? '';
  return {
    metadata: {
      name: `${name}-0`,
      namespace: metadata.namespace,
      annotations,
      labels: template.metadata?.labels,
      ownerReferences: [{ kind, name, controller: true }],
    },
    spec: withToken(withClaims(workload, template.spec)),
  };
}

/** The controller puts the pod's own claim in the place of a volume of that name, as if it were an ephemeral one. */
function withClaims({ claimTemplates }: Workload, spec: PodSpec): PodSpec {
  if (claimTemplates.length === 0) return spec;
  const claims = claimTemplates.map(
    (template): Volume => ({
      name: template.name,
      ephemeral: { volumeClaimTemplate: { spec: template.spec } },
    }),
  );
  const claimed = new Set(claimTemplates.map(({ name }) => name));
  const others = (spec.volumes ?? []).filter(({ name }) => !claimed.has(name));
  return { ...spec, volumes: [...others, ...claims] };
}

/**
 * The API server mounts a token into every container of a pod before webhooks see it, unless pod or ServiceAccount say
 * otherwise. What the ServiceAccount says is not known here; the template has the last word.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
 */
function withToken(spec: PodSpec): PodSpec {
  if (spec.automountServiceAccountToken === false) return spec;
  const mounted = (containers: Optional<readonly Container[]>) =>
    containers?.map(container => {
      const volumeMounts = container.volumeMounts ?? [];
      const isTaken = volumeMounts.some(({ mountPath }) => mountPath === tokenMount.mountPath);
      return isTaken ? container : { ...container, volumeMounts: [...volumeMounts, tokenMount] };
    });
  const [containers, initContainers] = [mounted(spec.containers), mounted(spec.initContainers)];
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), tokenVolume],
    ...(containers ? { containers } : {}),
    ...(initContainers ? { initContainers } : {}),
  };
}

// The API server puts five random characters behind the name.
const tokenVolume: Volume = { name: 'kube-api-access', projected: {} };
const tokenMount: VolumeMount = {
  name: tokenVolume.name,
  mountPath: tokenDirectory,
  readOnly: true,
};

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
