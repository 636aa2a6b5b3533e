import type { JsonObject } from '../kubernetes/json.ts';
import { canBeUnset, type Parameter } from './definition.ts';
import { possibleValues } from './template/possible-values.ts';
import { parametersIn } from './template/template.ts';
import type { YamlSource } from './yaml-source.ts';

/** A container without an image would be refused by the API server, pod by pod. */
export function checkImage(
  source: YamlSource,
  spec: JsonObject,
  parameters: ReadonlyMap<string, Parameter>,
): void {
  const path = ['spec', 'container', 'image'];
  for (const image of possibleValues((spec['container'] as JsonObject)['image'])) {
    if (image === undefined) source.add(path, 'there must always be an image; add "else"');
    if (image === '') source.add(path, 'an empty image is none; name one');
    for (const name of parametersIn(String(image))) {
      const parameter = parameters.get(name);
      if (parameter === undefined || !canBeUnset(parameter)) continue;
      source.add(path, `there must always be an image, and "${name}" may have no value; give it a default`);
    }
  }
}
