/** What makes a sidecar different from what a new pod would get. */
export const differences = {
  image: 'the image differs',
  definition: 'more than the image has changed in the definition',
  version: 'another version of its definition counts for it now',
  parameters: 'its annotations were changed after the pod was created',
  withdrawn: 'no annotation asks for it any more',
  unplanned: 'the definitions give no sidecar for its annotations',
  missing: 'the pod is annotated and has no such sidecar',
  inherited: 'what it inherits was changed after the pod was created',
  added: 'it is asked for since the pod was created',
} as const;

export type Difference = keyof typeof differences;

/** A difference in words, with where what asks for the sidecar comes from. */
export function differenceInWords(difference: Difference, { from }: { readonly from?: string }): string {
  if (from === undefined) return differences[difference];
  return inheritedDifferences[difference]?.(from) ?? differences[difference];
}

const inheritedDifferences: Readonly<Partial<Record<Difference, (from: string) => string>>> = {
  withdrawn: from => `${from} asks for it no more`,
  missing: from => `${from} asks for it, and the pod has no such sidecar`,
  inherited: from => `${from} asks for it otherwise than when the pod was created`,
  added: from => `${from} asks for it since the pod was created`,
};
