import type { ParseArgsConfig } from 'node:util';

/** What every command that looks at pods is told; the names are kubectl's. */
export const podOptions = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  'all-namespaces': { type: 'boolean', short: 'A', default: false },
  selector: { type: 'string', short: 'l' },
  sidecars: { type: 'string' },
  config: { type: 'string' },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

export const podOptionsUsage = `  -n, --namespace NS       pods of this namespace (default: the context's)
  -A, --all-namespaces     pods of all namespaces
  -l, --selector LABELS    pods with these labels, as kubectl takes them
      --context NAME       context of the kubeconfig (default: the current one)
      --kubeconfig FILE    default: the files in KUBECONFIG, or ~/.kube/config
      --sidecars DIR       the definitions in force (default: sidecars)
      --config FILE        the configuration of serve, for its imageRegistry and defaults`;

/** Which pods are meant, in which cluster, and by which definitions they are judged. */
export interface PodChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly selector?: string | undefined;
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
}

/** What speaks against a choice of pods as a whole. */
export function problemOfChoice({ namespace, 'all-namespaces': isAll }: PodChoice): string | undefined {
  return namespace !== undefined && isAll ? 'use either --namespace or --all-namespaces' : undefined;
}
