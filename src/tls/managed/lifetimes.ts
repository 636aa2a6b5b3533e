/** How long certificates live, and when they are renewed. */
export interface Lifetimes {
  readonly authorityMs: number;
  readonly authorityRenewAfterMs: number;
  readonly leafMs: number;
  readonly leafRenewAfterMs: number;
}

/** Renewal at two thirds of the life: the last third is for whatever may go wrong. */
export function twoThirds(milliseconds: number): number {
  return (milliseconds * 2) / 3;
}

/**
 * How far clocks may be apart, each from the API server's. Certificates are valid from an hour before they are issued,
 * so this much never makes one "not yet valid"; a clock that is off by more is a fault to be told and not to be worked with.
 */
export const maxClockSkewMs = 5 * 60_000;
