/** An image as it is pulled where the operator says that all come from one registry. */
export function imageInRegistry(image: string, registry: string | undefined): string {
  if (registry === undefined) return image;
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return `${registry}/${hasRegistry ? rest.join('/') : image}`;
}
