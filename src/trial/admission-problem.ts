import { oneLine } from '../shown-text.ts';
import type { DefinitionProblem } from '../sidecars/definition-problem.ts';
import type { KeyPath, YamlSource } from '../sidecars/yaml-source.ts';
import type { Trial } from './try-definition.ts';

/** What the API server says of a pod, as a problem of the definition: at the key that it is about, as far as can be told. */
export function admissionProblem(
  source: YamlSource,
  { mode, texts }: Trial,
  answer: string,
): DefinitionProblem {
  const said = answer.replace(/^[Pp]ods? "[^"]*" is (?:invalid|forbidden): /, '');
  const values = [...texts].filter(([name]) => name !== '').map(([name, text]) => `${name}=${text}`);
  const setting = values.length === 0 ? 'its defaults' : oneLine(values.join(' '), maxValuesLength);
  return source.problemAt(
    placeOf(said),
    `the API server refuses the pod in mode ${mode} with ${setting}: ${oneLine(said, maxAnswerLength)}`,
  );
}

/** What an answer says whatever the mode of the pod was. */
export function withoutMode(answer: string): string {
  return answer
    .replace(/^[Pp]ods? "[^"]*" /, '')
    .replaceAll(/spec\.(?:initContainers|containers)\[\d+\]/g, 'spec.container');
}

const maxValuesLength = 300;
const maxAnswerLength = 1000;

/** The key of a definition for the first field of the pod that an answer names. */
function placeOf(said: string): KeyPath {
  const { list, rest = '' } = fieldPattern.exec(said)?.groups ?? {};
  if (list === undefined) return said.includes('metadata.annotations') ? ['spec', 'annotations'] : [];
  if (list === 'volumes') return ['spec', 'volumes'];
  const keys = [...rest.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));
  return keys[0] === 'startupProbe' ? ['spec', 'ready', ...keys.slice(1)] : ['spec', 'container', ...keys];
}

const fieldPattern = /spec\.(?<list>initContainers|containers|volumes)\[\d+\](?<rest>(?:\.\w+|\[\d+\])*)/;
