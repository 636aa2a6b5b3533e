import { isScalar } from 'yaml';
import type { JsonObject } from '../../kubernetes/json.ts';
import { fieldOf } from '../checks/alternatives.ts';
import { underCheck } from '../checks/check-definition.ts';
import type { DefinitionUnderCheck } from '../checks/definition-under-check.ts';
import { overriddenVariables } from '../checks/environment.ts';
import { missingSource } from '../checks/exactly-one.ts';
import type { SidecarDefinition } from '../definition.ts';
import { instanceName, parametersIn } from '../template/template.ts';
import type { YamlSource } from '../yaml-source.ts';
import type { Remark } from './remark.ts';

/** What Kubernetes takes, though it hardly is what was meant. */
export function reviewForKubernetes(
  source: YamlSource,
  spec: JsonObject,
  { name, parameters }: SidecarDefinition,
): readonly Remark[] {
  const definition = underCheck({ name, spec, parameters }, () => {});
  return [
    ...reviewVolumeSources(definition),
    ...reviewVolumeNames(definition),
    ...reviewVariables(definition),
    ...reviewFileModes(source, definition),
  ];
}

function reviewVolumeSources(definition: DefinitionUnderCheck): readonly Remark[] {
  return definition.places.objects.flatMap(place => {
    const missing = place.type === 'Volume' ? missingSource(definition, place) : undefined;
    return missing
      ? {
          finding: 'volume-source',
          path: missing.path,
          message: `${missing.message}; Kubernetes makes it an empty directory`,
        }
      : [];
  });
}

function reviewVolumeNames({ places }: DefinitionUnderCheck): readonly Remark[] {
  return places.objects
    .filter(({ type }) => type === 'Volume')
    .flatMap(place =>
      fieldOf(place, 'name').flatMap(({ value, path }) =>
        typeof value !== 'string' || isOfInstance(value)
          ? []
          : {
              finding: 'volume-name',
              path,
              message: `a second instance would bring a volume "${value}" too, and the pod would be refused; write "\${name}-${value}"`,
            },
      ),
    );
}

/** Whether each instance has a name of its own for it. */
function isOfInstance(text: string): boolean {
  const names = parametersIn(text);
  return names.includes(instanceName) || names.includes('volume');
}

function reviewVariables(definition: DefinitionUnderCheck): readonly Remark[] {
  return overriddenVariables(definition).map(({ second: { key, path } }) => ({
    finding: 'variable-repeated',
    path,
    message: `"${key}" can stand here twice, and the last one counts; write it once, with {when, value, else} for its value`,
  }));
}

/** Numbers whose digits are those of an octal number are hardly meant in decimal. */
function reviewFileModes({ document }: YamlSource, { places }: DefinitionUnderCheck): readonly Remark[] {
  return places.objects.flatMap(place =>
    ['defaultMode', 'mode'].flatMap(key => {
      const field = place.shape.fields[key];
      if (field?.kind !== 'number' || !field.isFileMode) return [];
      return fieldOf(place, key).flatMap(({ path, value }) => {
        const node = document?.getIn(path, true);
        const written = isScalar(node) ? (node.source ?? '') : '';
        if (typeof value !== 'number' || !/^[1-7][0-7]{2}$/.test(written)) return [];
        const message = `${written} is decimal, which is 0${value.toString(8)} in octal; write 0${written} if you mean that`;
        return { finding: 'file-mode' as const, path, message };
      });
    }),
  );
}
