/** What the environment says of the terminal: its kind, and whether a build keeps what it shows. */
export interface TerminalEnvironment {
  readonly term: string | undefined;
  readonly ci: string | undefined;
}

/** Reads it from the variables that all programs go by. */
export function terminalEnvironment(): TerminalEnvironment {
  return { term: process.env['TERM'], ci: process.env['CI'] };
}
