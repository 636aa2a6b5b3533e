import { annotationPrefix } from '../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import type { ParameterTexts } from '../sidecars/samples/parameter-texts.ts';

/** The annotations that ask for a sidecar with these texts, in a mode where one is named. */
export function annotationsOf(
  { name, switchValue }: SidecarDefinition,
  texts: ParameterTexts,
  mode?: string,
): Readonly<Record<string, string>> {
  const key = `${annotationPrefix}${name}`;
  const ofSwitch = new Set(switchValue.parameters.map(parameter => parameter.name));
  const others = [...texts].filter(([parameter]) => !ofSwitch.has(parameter));
  return {
    [key]: switchValue.join(texts) ?? '',
    ...Object.fromEntries(others.map(([parameter, text]) => [`${key}.${parameter}`, text])),
    ...(mode === undefined ? {} : { [`${key}.mode`]: mode }),
  };
}
