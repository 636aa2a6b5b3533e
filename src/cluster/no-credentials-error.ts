import { InjectorError } from '../injector-error.ts';
import { oneLine } from '../shown-text.ts';

export interface CredentialsFailure {
  /** As in `kubeconfig "FILE"`. */
  readonly where: string;
  readonly user: string;
  /** The program that is to give credentials. */
  readonly command: string;
  /** What the author of the kubeconfig says about getting it. */
  readonly installHint: string | undefined;
  readonly cause: unknown;
}

/**
 * The program that a kubeconfig names for credentials, such as the plugin of a cloud, gave none.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export class NoCredentialsError extends InjectorError {
  override name = 'NoCredentialsError' as const;
  readonly command: string;

  constructor({ where, user, command, installHint, cause }: CredentialsFailure) {
    const hint = installHint === undefined ? '' : `; ${oneLine(installHint, maxLength)}`;
    super(`${where}: user "${user}": ${reasonOf(command, cause)}${hint}`, { cause });
    this.command = command;
  }
}

const maxLength = 400;

function reasonOf(command: string, cause: unknown): string {
  const { code, message }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause));
  if (command === '') return 'exec: a command is missing';
  if (code === 'ENOENT') {
    const how = command.includes('/') ? 'install it there' : 'install it, or put its directory on PATH';
    return `the program "${command}", which gives the credentials, is not there; ${how}`;
  }
  if (code === 'EACCES') return `the program "${command}", which gives the credentials, may not be run`;
  // What it prints on standard output holds the credentials, and so would the error of who reads it.
  if (cause instanceof SyntaxError || cause instanceof TypeError) {
    return `the program "${command}" gives no credentials: it prints no ExecCredential`;
  }
  const lines = message.slice(0, 10 * maxLength).split('\n');
  const said = oneLine(
    lines
      .map(line => line.trim())
      .filter(Boolean)
      .join(' '),
    maxLength,
  );
  return `the program "${command}" gives no credentials: ${said || 'it fails without a word'}`;
}
