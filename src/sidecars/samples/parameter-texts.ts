import type { Parameter, SidecarDefinition } from '../definition.ts';
import { doHold } from '../template/conditions.ts';
import { type Condition, parseCondition } from '../template/template.ts';

/** What annotations set, by parameter. */
export type ParameterTexts = ReadonlyMap<string, string>;

/**
 * The texts with one more, and with what that one needs; undefined where it cannot stand beside them. What is there
 * already stays as it is.
 */
export function extended(
  definition: SidecarDefinition,
  texts: ParameterTexts,
  [name, text]: readonly [name: string, text: string],
): ParameterTexts | undefined {
  let next: ParameterTexts | undefined = new Map([...texts, [name, text]]);
  // A parameter that is needed may itself need another.
  for (let subject: string | undefined = name; subject !== undefined && next; ) {
    const condition = needOf(definition.parameters.get(subject));
    if (condition === undefined || isMet(definition, next, condition)) break;
    next = next.has(condition.subject) ? undefined : withCondition(definition, next, condition);
    subject = condition.subject;
  }
  return next && keepsNeeds(definition, next) ? next : undefined;
}

/** The texts with a value of which a condition holds; undefined where no sample is such a value. */
export function withCondition(
  definition: SidecarDefinition,
  texts: ParameterTexts,
  condition: Condition,
): ParameterTexts | undefined {
  if (isMet(definition, texts, condition)) return texts;
  const parameter = definition.parameters.get(condition.subject);
  return samplesFor(definition, parameter, texts)
    .map(text => new Map([...texts, [condition.subject, text]]))
    .find(next => isMet(definition, next, condition));
}

/** The samples of a parameter, of a port those that no other one has. */
export function samplesFor(
  definition: SidecarDefinition,
  parameter: Parameter | undefined,
  texts: ParameterTexts,
): readonly string[] {
  if (parameter === undefined) return [];
  const samples = parameter.samples();
  if (parameter.type !== 'port') return samples;
  const others = [...definition.parameters.values()].filter(
    ({ name, type }) => type === 'port' && name !== parameter.name,
  );
  const taken = new Set(others.map(({ name }) => textOf(definition, texts, name)));
  return samples.filter(text => !taken.has(text));
}

/** Whether a condition holds of what annotations and defaults set. One about the run says nothing about them. */
function isMet(definition: SidecarDefinition, texts: ParameterTexts, condition: Condition): boolean {
  const { subject } = condition;
  if (subject === 'run') return true;
  const text = textOf(definition, texts, subject);
  const value = text === undefined ? undefined : definition.parameters.get(subject)?.read(text).value;
  return doHold([condition], { values: new Map(value ? [[subject, value]] : []), isOnce: false });
}

function textOf({ presets }: SidecarDefinition, texts: ParameterTexts, name: string): string | undefined {
  return texts.get(name) ?? presets.get(name)?.text;
}

/** Whether every parameter that an annotation sets has what it needs. */
function keepsNeeds(definition: SidecarDefinition, texts: ParameterTexts): boolean {
  return [...texts.keys()].every(name => {
    const need = needOf(definition.parameters.get(name));
    return need === undefined || isMet(definition, texts, need);
  });
}

function needOf(parameter: Parameter | undefined): Condition | undefined {
  const needs = parameter?.needs;
  return needs === undefined ? undefined : parseCondition(needs);
}
