/** A program of this machine, or why there is none and how to get it. */
export type FoundProgram = { readonly program: string } | { readonly missing: string };
