/** How the program is called: its own name, or that of a kubectl plugin. */
export type ProgramName = 'sidecar-injector' | 'kubectl sidecar-injector';

/** Terms below a title, each with its description. */
export interface HelpSection {
  readonly title: string;
  readonly entries: readonly (readonly [term: string, description: string])[];
}

/** What a command says of itself: its help and its page in the documentation are made of it. */
export interface CommandPage {
  readonly name: string;
  /** Plain sentences, in paragraphs; a break within one is a space. */
  readonly description: string;
  /** Arguments, without the program's name, and what they are good for. */
  readonly examples: readonly (readonly [args: string, meaning: string])[];
  /** More that its help explains, below the options. */
  readonly sections?: readonly HelpSection[];
  /** What each exit code means; 2 is wrong usage in each command. */
  readonly exits: { readonly ok: string; readonly failure: string; readonly findings?: string };
}
