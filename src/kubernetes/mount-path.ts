/** A mount path as Kubernetes compares it: with or without a slash at its end it is the same place. */
export function withoutTrailingSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** Whether a path is a directory itself, or below it. */
export function isAtOrBelow(path: string, directory: string): boolean {
  return `${path}/`.startsWith(`${withoutTrailingSlash(directory)}/`);
}
