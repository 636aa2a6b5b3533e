/** What a definition is tried with: values that its annotations could have, few enough to try them all. */
import type { Parameter, SidecarDefinition } from '../definition.ts';
import { type Condition, opposite } from '../template/template.ts';
import { conditionsIn } from './conditions-in.ts';
import { extended, type ParameterTexts, samplesFor, withCondition } from './parameter-texts.ts';

/** How many there are of one definition. */
export const maxScenarios = 64;

/** How many parameters are looked at, in the order of the file; nobody writes as many. */
const maxParameters = 200;

/**
 * Texts that annotations set, without repeats. First the least: what is required, and defaults for the rest. Then the
 * most: all that may stand together. Then what one condition asks, and its other side, and each value of which other
 * facts hold. None where a required parameter has no sample.
 */
export function scenariosOf(definition: SidecarDefinition): readonly ParameterTexts[] {
  const least = leastOf(definition);
  if (least === undefined) return [];
  const scenarios = new Map<string, ParameterTexts>();
  for (const scenario of candidates(definition, least)) {
    if (!isSplitAgain(definition, scenario)) continue;
    scenarios.set(JSON.stringify([...scenario].toSorted()), scenario);
    if (scenarios.size === maxScenarios) break;
  }
  return [...scenarios.values()];
}

/** What is required, in addition to what is set; undefined where something has no sample. */
export function leastOf(
  definition: SidecarDefinition,
  set: ParameterTexts = new Map(),
): ParameterTexts | undefined {
  let texts: ParameterTexts | undefined = set;
  for (const parameter of definition.parameters.values()) {
    if (!parameter.isRequired || isOfSwitch(definition, parameter) || set.has(parameter.name)) continue;
    texts = texts && withSample(definition, parameter, texts);
  }
  return texts && withSwitch(definition, texts);
}

function withSample(
  definition: SidecarDefinition,
  parameter: Parameter,
  texts: ParameterTexts,
): ParameterTexts | undefined {
  const [sample] = samplesFor(definition, parameter, texts);
  return sample === undefined ? undefined : new Map([...texts, [parameter.name, sample]]);
}

function* candidates(definition: SidecarDefinition, least: ParameterTexts): Generator<ParameterTexts> {
  yield least;
  const parameters = [...definition.parameters.values()];
  const own = parameters.filter(({ isCommon }) => !isCommon).slice(0, maxParameters);
  const forApp = parameters.filter(({ isCommon, name }) => isCommon && appParameters.has(name));
  yield mostOf(definition, own, least);
  for (const conditions of conditionsIn(definition)) {
    yield* scenario(withConditions(definition, least, conditions));
    for (const condition of conditions) {
      const others = conditions.filter(other => other !== condition);
      const otherSide = opposite(condition);
      yield* scenario(withConditions(definition, least, [...others, otherSide]));
    }
  }
  for (const parameter of [...forApp, ...own]) {
    for (const text of samplesOfFacts(definition, parameter, least)) {
      yield* scenario(extended(definition, least, [parameter.name, text]));
    }
  }
}

/** What every sidecar understands and what changes the app. The rest is the engine's, whatever the definition is. */
const appParameters: ReadonlySet<string> = new Set(['mount', 'env']);

function scenario(texts: ParameterTexts | undefined): readonly ParameterTexts[] {
  return texts ? [texts] : [];
}

/** Everything set that may stand together, and switches turned. */
function mostOf(
  definition: SidecarDefinition,
  parameters: readonly Parameter[],
  least: ParameterTexts,
): ParameterTexts {
  return parameters.reduce((texts, parameter) => {
    if (texts.has(parameter.name)) return texts;
    const samples = samplesFor(definition, parameter, texts);
    const preset = parameter.defaultValue?.text;
    const text =
      preset === undefined || parameter.type === 'boolean' ? samples.find(s => s !== preset) : undefined;
    if (text === undefined) return texts;
    return extended(definition, texts, [parameter.name, text]) ?? texts;
  }, least);
}

function withConditions(
  definition: SidecarDefinition,
  least: ParameterTexts,
  conditions: readonly Condition[],
): ParameterTexts | undefined {
  const met = conditions.reduce<ParameterTexts | undefined>(
    (texts, condition) => texts && withCondition(definition, texts, condition),
    least,
  );
  // What was set for a condition may itself need something.
  return (
    met &&
    [...met].reduce<ParameterTexts | undefined>(
      (texts, entry) => texts && extended(definition, texts, entry),
      met,
    )
  );
}

/** One sample for each set of facts that a value can have, beside the one that is set. */
function samplesOfFacts(
  definition: SidecarDefinition,
  parameter: Parameter,
  least: ParameterTexts,
): readonly string[] {
  const byFacts = new Map<string, string>();
  for (const text of samplesFor(definition, parameter, least)) {
    const facts = (parameter.read(text).value?.facts ?? []).toSorted().join();
    if (!byFacts.has(facts)) byFacts.set(facts, text);
  }
  return [...byFacts.values()];
}

/** How many samples of each parameter of a switch are tried beside each other. */
const maxSwitchSamples = 4;

/** The texts with those that the value of the annotation itself sets: they must be found in it again. */
function withSwitch(definition: SidecarDefinition, texts: ParameterTexts): ParameterTexts | undefined {
  const { switchValue } = definition;
  const choices = switchValue.parameters.reduce<readonly ParameterTexts[]>(
    (all, parameter) =>
      all.flatMap(chosen => {
        if (chosen.has(parameter.name)) return [chosen];
        const samples = samplesFor(definition, parameter, chosen).slice(0, maxSwitchSamples);
        return samples.map(text => new Map([...chosen, [parameter.name, text]]));
      }),
    [texts],
  );
  return choices.find(chosen => isSplitAgain(definition, chosen));
}

function isSplitAgain({ switchValue }: SidecarDefinition, texts: ParameterTexts): boolean {
  const value = switchValue.join(texts);
  const split = value === undefined ? undefined : switchValue.split(value).texts;
  return split !== undefined && [...split].every(([name, text]) => texts.get(name) === text);
}

function isOfSwitch({ switchValue }: SidecarDefinition, { name }: Parameter): boolean {
  return switchValue.parameters.some(parameter => parameter.name === name);
}
