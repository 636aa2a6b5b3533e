/** A mount path as Kubernetes compares it: with or without a slash at its end it is the same place. */
export function withoutTrailingSlash(path: string): string {
  // An expression would begin anew at each slash of a path that is nothing else.
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** A mount path as the container runtime understands it: absolute, no empty segments, none that is a dot or two. */
export function normalPath(path: string): string {
  // Nearly all are written like that.
  if (path.length > 1 && path.startsWith('/') && !/\/(?:[./]|$)/.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** Whether a path is a directory itself, or below it. */
export function isAtOrBelow(path: string, directory: string): boolean {
  return `${path}/`.startsWith(`${withoutTrailingSlash(directory)}/`);
}

/** Where the token of a pod's ServiceAccount is mounted in each container, unless something else is mounted there. */
export const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
