/** What the annotations of a definition take, as tables of its page. */
import type { Parameter, SidecarDefinition, SwitchValue } from '../src/sidecars/definition.ts';

/** Two tables: the parameters of its own, and those that the engine adds. */
export function annotationTables({ name, parameters, switchValue }: SidecarDefinition): string {
  const own = [...parameters.values()].filter(
    parameter => !parameter.isCommon && !switchValue.parameters.includes(parameter),
  );
  const common = [...parameters.values()].filter(({ isCommon }) => isCommon);
  return `| annotation | takes | default | meaning |
|---|---|---|---|
${switchRow(name, switchValue)}
${own.map(parameter => row(`.${parameter.name}`, parameter)).join('\n')}

What every sidecar with ${traitsInWords(parameters)} understands:

| annotation | takes | default | meaning |
|---|---|---|---|
${common.map(parameter => row(`.${parameter.name}`, parameter)).join('\n')}`;
}

function traitsInWords(parameters: ReadonlyMap<string, Parameter>): string {
  const traits = [
    ...(parameters.has('volume') ? ['a shared volume'] : []),
    ...(parameters.has('wait') ? ['a moment when it is ready'] : []),
  ];
  return traits.join(' and ') || 'a container';
}

function row(key: string, { expects, defaultValue, description, isRequired }: Parameter): string {
  const preset = defaultValue ? `\`${defaultValue.text}\`` : isRequired ? 'required' : '';
  return `| \`${key}\` | ${cell(expects)} | ${preset} | ${cell(description)} |`;
}

function switchRow(name: string, { parameters, expects, description }: SwitchValue): string {
  const [only, ...others] = parameters;
  const key = `sidecar.io/${name}`;
  if (only && others.length === 0) return row(key, { ...only, expects });
  return `| \`${key}\` | ${cell(expects)} | required | ${cell(description)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
