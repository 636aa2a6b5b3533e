import { InjectorError } from '../injector-error.ts';

/** There is no kubeconfig, and nobody has named one. */
export class NoKubeconfigError extends InjectorError {
  override name = 'NoKubeconfigError' as const;

  constructor() {
    super('there is no kubeconfig; name one with --kubeconfig or KUBECONFIG');
  }
}
