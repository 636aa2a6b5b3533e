import { isObject, type Json } from '../../kubernetes/json.ts';
import { opposite } from '../template/template.ts';
import { type Alternative, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { Circumstances } from './circumstances.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import { type Occurrence, occurrencesIn, type Repeat, repeatsIn } from './repeated-values.ts';
import { inWords } from './unique-entries.ts';

/** Variables that no program would ever see, and references that the kubelet leaves as they are. */
export const checkEnvironment: Rule = definition => {
  for (const list of environmentsOf(definition)) {
    checkRepeats(definition, list);
    checkReferences(definition, list);
  }
};

/** The variables of the container and those for the app. */
function environmentsOf({ spec, container }: DefinitionUnderCheck): readonly Alternative[] {
  const app = isObject(spec['app']) ? spec['app'] : {};
  return [
    { value: container['env'], path: ['spec', 'container', 'env'], when: [] },
    { value: app['env'], path: ['spec', 'app', 'env'], when: [] },
  ];
}

/** Of two variables with one name the last one counts. A first one that can stand alone is a default of its own. */
function checkRepeats(definition: DefinitionUnderCheck, list: Alternative): void {
  for (const repeat of repeatsIn(definition, occurrencesIn(definition, list, 'name'))) {
    const { first, second } = repeat;
    if (!doesImply(definition, first.when, second.when)) continue;
    const problem = (name: string) =>
      `a second variable "${name}": the first one is never seen; remove one of the two`;
    definition.report(second.path, () => inWords(repeat, problem));
  }
}

/** Variables that another one replaces only with some values: Kubernetes warns of each such pod. */
export function overriddenVariables(definition: DefinitionUnderCheck): readonly Repeat[] {
  return environmentsOf(definition).flatMap(list =>
    repeatsIn(definition, occurrencesIn(definition, list, 'name')).filter(
      ({ first, second }) => !doesImply(definition, first.when, second.when),
    ),
  );
}

/** Whether the second always holds where the first does. */
function doesImply({ canHold }: DefinitionUnderCheck, first: Circumstances, second: Circumstances): boolean {
  return second.every(clause => !canHold([...first, ...clause.map(condition => [opposite(condition)])]));
}

/**
 * The kubelet replaces `$(NAME)` in a variable by one that stands above it.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function checkReferences(definition: DefinitionUnderCheck, list: Alternative): void {
  const { canHold, report } = definition;
  const orders = new Map<string, { readonly first: number; readonly all: Occurrence[] }>();
  for (const variable of occurrencesIn(definition, list, 'name')) {
    const known = orders.get(variable.key);
    if (known) known.all.push(variable);
    else orders.set(variable.key, { first: indexOf(variable.path), all: [variable] });
  }
  for (const entry of entriesOf(list)) {
    if (!isObjectPlace(entry)) continue;
    for (const { value, path, when } of fieldOf(entry, 'value')) {
      const later = referencesIn(value).find(name => {
        const order = orders.get(name);
        return (
          order !== undefined &&
          order.first >= indexOf(path) &&
          order.all.slice(0, maxCompared).some(other => canHold([...other.when, ...when]))
        );
      });
      if (later === undefined) continue;
      report(path, () => referenceProblem(later, orders.get(later)?.first === indexOf(path)));
    }
  }
}

function referenceProblem(name: string, isItself: boolean): string {
  return isItself
    ? `"$(${name})" in ${name} itself stays as it is, for Kubernetes knows no variables of the image; write its value out, or "$$(${name})"`
    : `"$(${name})" stands above ${name}, so it stays as it is; put ${name} first, or write "$$(${name})"`;
}

const maxCompared = 16;

/** The number of an entry of `spec.container.env` or `spec.app.env`. */
function indexOf(path: Occurrence['path']): number {
  return Number(path[3]);
}

/** The names in the references of a text; `$$(NAME)` is none. */
function referencesIn(value: Json | undefined): readonly string[] {
  if (typeof value !== 'string') return [];
  return [...value.matchAll(/(?<!\$)(\$+)\(([^()\s]+)\)/g)].flatMap(([, dollars = '', name = '']) =>
    dollars.length % 2 === 1 ? [name] : [],
  );
}
