import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The path of a file that comes with the program: in the checkout, in the package, or beside the bundle of the image. It is
 * not said that the file is there: the image has the definitions and no documentation.
 */
export function shippedFile(path: string): string {
  const roots = ['./', '../', '../../'].map(steps => new URL(steps, import.meta.url));
  const root = roots.find(directory => existsSync(new URL('sidecars/sidecar.schema.json', directory)));
  return fileURLToPath(new URL(path, root ?? roots[0]));
}
