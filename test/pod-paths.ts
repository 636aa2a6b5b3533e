/**
 * A text of a container with the paths of its mounts where they are on this machine. A path counts where it begins: at the
 * start of the text or after a quote, `=` or `:`, and where it is the mount or something below it.
 */
export function withMovedPaths(text: string, places: ReadonlyMap<string, string>): string {
  if (places.size === 0) return text;
  const mounts = [...places.keys()].toSorted((one, other) => other.length - one.length).map(escaped);
  const paths = new RegExp(`(?<=^|["'=:])(?:${mounts.join('|')})(?=/|$|["'])`, 'g');
  return text.replace(paths, mount => places.get(mount) ?? mount);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
