import { type FlagValues, readFlags } from '../read-flags.ts';
import type { ApiServerChoice } from './ask-api-server.ts';

/** What validate is told. */
export interface ValidateChoice {
  /** Files and directories. */
  readonly paths: readonly string[];
  readonly output: 'text' | 'json';
  /** The API server that is asked; none where undefined. */
  readonly apiServer: ApiServerChoice | undefined;
}

const options = {
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  output: { type: 'string', short: 'o', default: 'text' },
} as const;

export const validateOptionsUsage = `      --context NAME     has the API server of this context judge the pods that definitions make, by dry run
      --kubeconfig FILE  where the context is (default: the files in KUBECONFIG, or ~/.kube/config)
  -n, --namespace NS     the namespace that the pods would be in (default: the context's)
  -o, --output text|json form of the output (default: text)`;

type ChoiceReading =
  | { readonly choice: ValidateChoice; readonly problem?: never }
  | { readonly choice?: never; readonly problem: string };

/** Reads the arguments of validate, strictly. */
export function readValidateChoice(args: readonly string[]): ChoiceReading {
  const flags = readFlags(args, options, { allowPositionals: true });
  return flags.values ? choiceOf(flags.values, flags.positionals) : flags;
}

function choiceOf(
  { output, ...values }: FlagValues<typeof options>,
  positionals: readonly string[],
): ChoiceReading {
  if (output !== 'text' && output !== 'json')
    return { problem: `--output: got "${output}"; use text or json` };
  const { context, kubeconfig, namespace } = values;
  const paths = positionals.length === 0 ? ['sidecars'] : positionals;
  if (context !== undefined)
    return { choice: { paths, output, apiServer: { context, kubeconfig, namespace } } };
  const [stray] = Object.keys(values);
  if (stray !== undefined) return { problem: `--${stray} has no use without --context` };
  return { choice: { paths, output, apiServer: undefined } };
}
