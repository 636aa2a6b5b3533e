/**
 * The one text that the annotations of an instance have: its own, and those that it inherits where there are any, each by
 * its parameter in the order of the keys. The status that the webhook writes has their hashes. A policy inside the API
 * server cannot hash and writes the texts themselves. `inherited`: the parameters that are not the pod's own.
 */
export function textsOf(
  { annotations }: { readonly annotations: ReadonlyMap<string, string> },
  inherited: ReadonlySet<string> = none,
): { readonly own: string; readonly inherited?: string } {
  const entries = [...annotations];
  if (inherited.size === 0) return { own: JSON.stringify(entries) };
  return {
    own: JSON.stringify(entries.filter(([parameter]) => !inherited.has(parameter))),
    inherited: JSON.stringify(entries.filter(([parameter]) => inherited.has(parameter))),
  };
}

const none: ReadonlySet<string> = new Set();
