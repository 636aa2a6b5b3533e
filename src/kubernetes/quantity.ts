import type { Quantity } from './pod.ts';

/**
 * The amount that a Kubernetes quantity stands for, in cores or bytes, for comparing only; undefined where it is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(quantity: Quantity): number | undefined {
  const text = String(quantity);
  const match = text.length <= maxLength ? quantityPattern.exec(text) : null;
  if (match === null) return undefined;
  const [, digits, suffix = ''] = match;
  if (/^[eE][+-]?\d/.test(suffix)) return Number(`${digits}${suffix}`);
  const fraction = fractions[suffix];
  // Dividing by a whole number rounds once, so that 1100m and 1.1 are the same amount.
  return fraction ? Number(digits) / fraction : Number(digits) * (multiples[suffix] ?? 1);
}

/** The greatest quantity has 19 digits. A pod may hold anything here: it is validated after it was looked at. */
const maxLength = 256;

/** The notation of quantities. */
export const quantityPattern = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** What an amount is divided by, by its suffix. */
export const fractions: Readonly<Record<string, number>> = { m: 1e3, u: 1e6, n: 1e9 };

/** What it is multiplied by. */
export const multiples: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
