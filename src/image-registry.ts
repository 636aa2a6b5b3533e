/**
 * Takes the registry off the name of an image, as runtimes read it: the first part is one where it looks like a host.
 * Undefined where none is written. https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function splitImage(image: string): { readonly registry: string | undefined; readonly path: string } {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  return /[.:]/.test(first) || first === 'localhost'
    ? { registry: first, path: image.slice(slash + 1) }
    : { registry: undefined, path: image };
}
