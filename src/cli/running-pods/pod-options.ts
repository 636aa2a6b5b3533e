import type { Command as Parser } from '@commander-js/extra-typings';
import {
  allNamespacesOption,
  configOption,
  contextOption,
  kubeconfigOption,
  namespaceOption,
  selectorOption,
  sidecarsOption,
} from '../cluster-options.ts';

/** Gives a parser the options that choose pods, a cluster, and the definitions that they are judged by. */
export function withPodOptions(parser: Parser) {
  return parser
    .addOption(namespaceOption)
    .addOption(allNamespacesOption)
    .addOption(selectorOption)
    .addOption(contextOption)
    .addOption(kubeconfigOption)
    .addOption(sidecarsOption)
    .addOption(configOption);
}

/** Which pods are meant, in which cluster, and by which definitions they are judged. */
export interface PodChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly allNamespaces?: true | undefined;
  readonly selector?: string | undefined;
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
}
