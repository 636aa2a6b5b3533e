import type { PlacedContainer } from '../../kubernetes/containers.ts';
import {
  type EnvironmentVariable,
  environmentOf,
  isSameVariable,
  literalValueOf,
} from '../../kubernetes/environment.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { asksForEnvironment, parameterKey } from '../request/sidecar-instance.ts';
import { shownList, shownName } from '../shown-value.ts';
import type { ChosenContainers } from './choose-containers.ts';
import { shownVariable } from './shown-variable.ts';

/** A variable that goes into one of the app's containers, because an annotation asks for it. */
export interface AddedVariable {
  readonly sidecar: RenderedSidecar;
  /** One of the containers of the assembly. */
  readonly place: PlacedContainer;
  readonly variable: EnvironmentVariable;
}

/** The variables that `.env` asks for: those that are added, and those that are there already with that very value. */
export interface Variables {
  readonly added: readonly AddedVariable[];
  readonly present: readonly AddedVariable[];
}

/** Finds the variables that annotations ask for in the chosen containers, and what stands against them. */
export function addVariables(chosen: ChosenContainers): {
  readonly variables: Variables;
  readonly findings: readonly Finding[];
} {
  const added: AddedVariable[] = [];
  const present: AddedVariable[] = [];
  const known = new Map<PlacedContainer, Map<string, Known>>();
  const knownIn = (place: PlacedContainer) => {
    const found = known.get(place) ?? new Map<string, Known>(ofContainer(place));
    known.set(place, found);
    return found;
  };
  const findings = [...chosen].flatMap(([sidecar, places]) => {
    if (!asksForEnvironment(sidecar.instance)) return [];
    const unfit = checkAmount(sidecar, places);
    if (unfit.length > 0) return unfit;
    return places.flatMap(place => {
      const names = knownIn(place);
      return sidecar.appVariables.flatMap(variable => {
        const asked = { sidecar, place, variable };
        const found = names.get(variable.name);
        if (found === undefined) {
          names.set(variable.name, { variable, sidecar });
          added.push(asked);
          return [];
        }
        if (!isSameVariable(found.variable, variable)) return nameTaken(asked, found);
        if (found.sidecar !== sidecar) present.push(asked);
        return [];
      });
    });
  });
  return { variables: { added, present }, findings };
}

/** A variable that a container has, and the sidecar that it would come from where it is not the container's own. */
interface Known {
  readonly variable: EnvironmentVariable;
  readonly sidecar?: RenderedSidecar;
}

function ofContainer({ container }: PlacedContainer): readonly (readonly [string, Known])[] {
  return [...environmentOf(container)].map(([name, variable]) => [name, { variable }] as const);
}

/** Refuses what would make the pod too large, each container having its own copy, and tells of nothing at all. */
function checkAmount(
  { instance: { request }, appVariables, appCharacters }: RenderedSidecar,
  places: readonly PlacedContainer[],
): readonly Finding[] {
  const key = parameterKey(request, 'env');
  if (appVariables.length === 0) {
    const message = () => `${key}: without effect, no variable is left with these annotations`;
    return [warning('env-empty', key, message)];
  }
  if (appCharacters * places.length <= maxCharacters) return [];
  const message = () =>
    `annotation ${key}: the variables would take more than ${maxCharacters / 1024} KiB of the pod; name fewer containers in ${parameterKey(request, 'containers')}`;
  return [refusal('sidecar-too-large', key, message)];
}

/** As much as one sidecar may take by itself. */
const maxCharacters = 256 * 1024;

function nameTaken({ sidecar, place, variable }: AddedVariable, found: Known): Finding {
  const key = parameterKey(sidecar.instance.request, 'env');
  const message = () => {
    const container = shownName(place.container.name);
    const name = shownName(variable.name);
    if (found.sidecar === sidecar) {
      return `annotation ${key}: it would add ${name} to container ${container} twice, with different values; leave it out and write that variable by hand`;
    }
    if (found.sidecar !== undefined) {
      const other = parameterKey(found.sidecar.instance.request, 'env');
      return `annotation ${key}: ${other} adds ${name} to container ${container} already; leave out one of them and write its variables by hand`;
    }
    return `annotation ${key}: container ${container} has ${name} already; ${adviceFor(sidecar, variable, found)}`;
  };
  return refusal('env-name-taken', key, message);
}

/** A value of the user's is never changed, so what is to be in it the user writes there. */
function adviceFor(
  { instance, appVariables }: RenderedSidecar,
  variable: EnvironmentVariable,
  { variable: present }: Known,
): string {
  const key = parameterKey(instance.request, 'env');
  const value = literalValueOf(variable);
  if (value === undefined || literalValueOf(present) === undefined)
    return `take it out there, or leave ${key} out`;
  const shown = shownVariable(value, instance) ?? 'what it would set';
  const others = appVariables.map(({ name }) => name).filter(name => name !== variable.name);
  return others.length === 0
    ? `add ${shown} to its value, and leave ${key} out`
    : `add ${shown} to its value, leave ${key} out, and write ${shownList(others)} by hand too`;
}
