import { splitImage } from '../image-registry.ts';
import { oneLine } from '../shown-text.ts';
import { isMap } from './is-map.ts';
import { shown } from './shown.ts';

/** The images, or all that is wrong with them, each problem behind the place that it is about. */
export type ImagesReading =
  | { readonly value: Readonly<Record<string, string>> }
  | { readonly problems: readonly string[] };

/** Reads the value of `images`: a map of sidecars, each with an image. Which sidecars there are is not known here. */
export function readImages(value: unknown): ImagesReading {
  if (!isMap(value))
    return {
      problems: [`: got ${shown(value)}; use a map of sidecars and images, as in {logs: ${example}}`],
    };
  const entries = Object.entries(value);
  const problems = entries.flatMap(([sidecar, image]) => {
    const problem = problemOf(image);
    return problem === undefined
      ? []
      : [`.${oneLine(sidecar, maxShownName)}: got ${shown(image)}; ${problem}`];
  });
  const images = entries.map(([sidecar, image]) => [sidecar, String(image)] as const);
  return problems.length > 0 ? { problems } : { value: Object.fromEntries(images) };
}

const example = 'registry.example.com/logs:v1';

/** What is wrong with an image, in words. https://pkg.go.dev/github.com/distribution/reference */
function problemOf(image: unknown): string | undefined {
  const use = `use an image such as ${example}, or one by its digest, ${example.replace(':v1', '@sha256:…')}`;
  if (typeof image !== 'string' || image.length > maxLength) return use;
  const [named = '', digest, ...more] = image.split('@');
  if (more.length > 0) return use;
  if (digest !== undefined && !digestPattern.test(digest))
    return 'use a digest of sha256: and 64 hexadecimal digits in small letters';
  const { name, tag } = withoutTag(named);
  if (tag !== undefined && !tagPattern.test(tag))
    return 'use a tag of at most 128 letters, digits, dots, dashes and underscores';
  if (name.length > maxNameLength) return `use a name of at most ${maxNameLength} characters`;
  return isName(name) ? undefined : use;
}

function isName(name: string): boolean {
  const { registry, path } = splitImage(name);
  const isRegistry = registry === undefined || registryPattern.test(registry);
  return isRegistry && path.split('/').every(part => partPattern.test(part));
}

/** The colon of a port stands before a slash. */
function withoutTag(named: string): { readonly name: string; readonly tag?: string } {
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? { name: named } : { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

const maxShownName = 200;
const maxLength = 500;
/** As registries and runtimes take it. */
const maxNameLength = 255;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const registryPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const partPattern = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
