import type { JsonObject } from '../kubernetes/json.ts';
import type { Parameter } from './definition.ts';
import { possibleValues } from './template/possible-values.ts';
import { textParts } from './template/template.ts';
import type { YamlSource } from './yaml-source.ts';

/** A container without an image would be refused by the API server, pod by pod. */
export function checkImage(
  source: YamlSource,
  spec: JsonObject,
  parameters: ReadonlyMap<string, Parameter>,
): void {
  const path = ['spec', 'container', 'image'];
  const isSure = (name: string) => {
    const parameter = parameters.get(name);
    return parameter === undefined || parameter.isRequired || parameter.defaultValue !== undefined;
  };
  for (const image of possibleValues((spec['container'] as JsonObject)['image'])) {
    if (image === undefined) source.add(path, 'there must always be an image; add "else"');
    if (image === '') source.add(path, 'an empty image is none; name one');
    for (const part of textParts(String(image))) {
      if (typeof part === 'object' && !isSure(part.parameter)) {
        source.add(
          path,
          `there must always be an image, and "${part.parameter}" may have no value; give it a default`,
        );
      }
    }
  }
}
