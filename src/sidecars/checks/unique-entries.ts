import type { Alternative } from './alternatives.ts';
import { entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import { keyOf, type Occurrence, occurrencesIn, type Repeat, repeatsIn } from './repeated-values.ts';

/** What no two entries of a list may have in common. */
interface UniqueField {
  readonly list: string;
  readonly field: string;
  readonly problem: (value: string) => string;
}

const uniqueFields: readonly UniqueField[] = [
  {
    list: 'volumeMounts',
    field: 'mountPath',
    problem: value => `a second mount at ${value}; a path takes one volume`,
  },
  {
    list: 'volumeDevices',
    field: 'devicePath',
    problem: value => `a second device at ${value}; a path takes one volume`,
  },
  { list: 'volumeDevices', field: 'name', problem: value => `a second device of the volume "${value}"` },
  {
    list: 'ports',
    field: 'name',
    problem: value => `a second port named "${value}"; the names of a container's ports differ`,
  },
  { list: 'resizePolicy', field: 'resourceName', problem: value => `a second policy for ${value}` },
];

/** Paths, names and ports that stand twice where both can be there. */
export const checkUniqueEntries: Rule = definition => {
  for (const { list, field, problem } of uniqueFields) {
    report(definition, occurrencesIn(definition, listOf(definition, list), field), problem);
  }
  report(definition, ports(definition), value => `a second port ${value}; remove one of the two`);
  report(
    definition,
    hostPorts(definition),
    value => `a second port ${value} of the node; remove one of the two`,
  );
};

function listOf({ container }: DefinitionUnderCheck, list: string): Alternative {
  return { value: container[list], path: ['spec', 'container', list], when: [] };
}

function report(
  definition: DefinitionUnderCheck,
  occurrences: readonly Occurrence[],
  problem: (value: string) => string,
): void {
  const filled = occurrences.filter(({ key }) => key !== '');
  for (const repeat of repeatsIn(definition, filled)) {
    definition.report(repeat.second.path, () => inWords(repeat, problem));
  }
}

/** Says of an entry that is made several times how it comes to differ. */
export function inWords({ first, second }: Repeat, problem: (value: string) => string): string {
  if (first !== second) return problem(second.key);
  const [what] = problem(second.key).split(/[;:]/);
  return `the entry is made for each value of "${second.each}", so there would be ${what}; put "\${each}" or "\${each.index}" into it`;
}

/** The engine refuses two ports with one number and protocol, as the programs behind them would clash. */
function ports(definition: DefinitionUnderCheck): readonly Occurrence[] {
  return entriesOf(listOf(definition, 'ports')).flatMap(entry => {
    if (!isObjectPlace(entry)) return [];
    const { each } = entry;
    const protocols = fieldOf(entry, 'protocol');
    return fieldOf(entry, 'containerPort').flatMap(number =>
      number.value === undefined
        ? []
        : protocols.map(protocol => ({
            key: `${keyOf(number.value ?? null, definition.parameters)}/${String(protocol.value || 'TCP')}`,
            path: number.path,
            when: [...number.when, ...protocol.when],
            each,
          })),
    );
  });
}

/** Those of the node, each for one of its addresses. */
function hostPorts(definition: DefinitionUnderCheck): readonly Occurrence[] {
  return entriesOf(listOf(definition, 'ports')).flatMap(entry => {
    if (!isObjectPlace(entry)) return [];
    const at = (field: string) => fieldOf(entry, field)[0]?.value ?? '';
    return fieldOf(entry, 'hostPort').flatMap(({ value, path, when }) =>
      value === undefined || value === 0
        ? []
        : {
            key: `${keyOf(value, definition.parameters)}/${String(at('protocol') || 'TCP')}${at('hostIP') === '' ? '' : ` at ${String(at('hostIP'))}`}`,
            path,
            when,
            each: entry.each,
          },
    );
  });
}
