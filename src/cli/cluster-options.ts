/** Options of commands that ask a cluster; the names are kubectl's. */
import { Option, type Command as Parser } from '@commander-js/extra-typings';

export const contextOption = new Option(
  '--context <name>',
  'context of the kubeconfig (default: the current one)',
);
/** The same for commands that go through several clusters. */
export const contextsOption = new Option(
  '--context <name>',
  'context of the kubeconfig, or several as in a,b,c, one after the other (default: the current one)',
);
export const kubeconfigOption = new Option(
  '--kubeconfig <file>',
  'where the context is (default: the files in KUBECONFIG, or ~/.kube/config)',
);
export const namespaceOption = new Option('-n, --namespace <name>', "the namespace (default: the context's)");
export const allNamespacesOption = new Option('-A, --all-namespaces', 'all namespaces').conflicts(
  'namespace',
);
export const selectorOption = new Option(
  '-l, --selector <labels>',
  'only what has these labels, as kubectl takes them',
);

/** Options of commands that judge by definitions. */
export const sidecarsOption = new Option(
  '--sidecars <dir>',
  'directory with the definitions (default: sidecars)',
);
export const configOption = new Option(
  '--config <file>',
  'the configuration of serve, for what it says about images, defaults and limits',
);

/** The same for commands that need no cluster, and so perhaps no checkout either. */
export const offlineSidecarsOption = new Option(
  '--sidecars <dir>',
  'directory with the definitions (default: sidecars; where there is none, those that come with the program)',
);

/** Namespaces for commands that ask no cluster. */
export const namespacesOption = new Option(
  '--namespaces <file>',
  'Namespace objects, in YAML or JSON, whose annotations count for their pods',
);

/** The same for commands that go by what a cluster has in force unless somebody says otherwise. */
export const otherSidecarsOption = new Option(
  '--sidecars <dir>',
  'directory with other definitions (default: what the injector in the cluster has in force)',
);

/** Gives a parser the options that choose pods, a cluster, and the definitions that they are judged by. */
export function withPodOptions(parser: Parser) {
  return withChoice(parser, contextOption).addOption(sidecarsOption).addOption(configOption);
}

/** The same for commands about pods that run, in one cluster or in several. */
export function withRunningPodOptions(parser: Parser) {
  return withChoice(parser, contextsOption).addOption(otherSidecarsOption).addOption(configOption);
}

/** The same for commands that ask no definition. */
export function withPodsInContexts(parser: Parser) {
  return withChoice(parser, contextsOption);
}

function withChoice(parser: Parser, context: typeof contextOption) {
  return parser
    .addOption(namespaceOption)
    .addOption(allNamespacesOption)
    .addOption(selectorOption)
    .addOption(context)
    .addOption(kubeconfigOption);
}
