import { parseArgs } from 'node:util';
import type { ApiServerChoice } from './ask-api-server.ts';

/** What validate is told. */
export interface ValidateChoice {
  readonly directory: string;
  /** The API server that is asked; none where undefined. */
  readonly apiServer: ApiServerChoice | undefined;
}

const options = {
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
} as const;

export const validateOptionsUsage = `      --context NAME     has the API server of this context judge the pods that definitions make, by dry run
      --kubeconfig FILE  where the context is (default: the files in KUBECONFIG, or ~/.kube/config)
  -n, --namespace NS     the namespace that the pods would be in (default: the context's)`;

type ChoiceReading =
  | { readonly choice: ValidateChoice; readonly problem?: never }
  | { readonly choice?: never; readonly problem: string };

/** Reads the arguments of validate, strictly. */
export function readValidateChoice(args: readonly string[]): ChoiceReading {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { context, kubeconfig, namespace } = values;
    const [directory = 'sidecars', ...others] = positionals;
    if (others.length > 0) return { problem: `validate takes one directory, got ${positionals.join(' ')}` };
    if (context !== undefined)
      return { choice: { directory, apiServer: { context, kubeconfig, namespace } } };
    const [stray] = Object.keys(values);
    if (stray !== undefined) return { problem: `--${stray} has no use without --context` };
    return { choice: { directory, apiServer: undefined } };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
