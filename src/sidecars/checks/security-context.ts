import { absencesOf } from './absence.ts';
import { type Alternative, below, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';

/** Rights that contradict one another, and profiles without their file. */
export const checkSecurityContext: Rule = definition => {
  for (const contradiction of contradictions) checkEscalation(definition, contradiction);
  checkHostProcess(definition);
  for (const place of definition.places.objects) {
    if (place.type === 'SeccompProfile' || place.type === 'AppArmorProfile') checkProfile(definition, place);
  }
};

interface Contradiction {
  readonly keys: readonly string[];
  readonly isMeant: (found: Alternative) => boolean;
  readonly problem: string;
}

const contradictions: readonly Contradiction[] = [
  {
    keys: ['privileged'],
    isMeant: ({ value }) => value === true || typeof value === 'string',
    problem: 'a privileged container may always gain rights; remove it, or allowPrivilegeEscalation: false',
  },
  {
    keys: ['capabilities', 'add'],
    isMeant: list => entriesOf(list).some(({ value }) => value === 'CAP_SYS_ADMIN'),
    problem:
      'with CAP_SYS_ADMIN a container may always gain rights; remove it, or allowPrivilegeEscalation: false',
  },
];

function checkEscalation(definition: DefinitionUnderCheck, { keys, isMeant, problem }: Contradiction): void {
  const { container, canHold, report } = definition;
  const at = (path: readonly string[]) =>
    below({ value: container, path: ['spec', 'container'], when: [] }, ['securityContext', ...path]);
  const forbidden = at(['allowPrivilegeEscalation']).filter(
    ({ value }) => value === false || typeof value === 'string',
  );
  for (const found of at(keys)) {
    const isBoth = forbidden.some(({ when }) => canHold([...found.when, ...when]));
    if (isBoth && isMeant(found)) report(found.path, problem);
  }
}

/** What is a process of a Windows node is no container of a pod that runs on Linux, and sidecars do. */
function checkHostProcess({ container, report }: DefinitionUnderCheck): void {
  const place = { value: container, path: ['spec', 'container'], when: [] };
  for (const { value, path } of below(place, ['securityContext', 'windowsOptions', 'hostProcess'])) {
    if (value !== undefined && value !== false) report(path, 'sidecars run on Linux; remove it');
  }
}

/** A profile of the node is named by its file, and only such a one. */
function checkProfile({ canHold, report, parameters }: DefinitionUnderCheck, place: Alternative): void {
  if (!isObjectPlace(place)) return;
  for (const type of fieldOf(place, 'type')) {
    if (typeof type.value !== 'string' || type.value.includes('${')) continue;
    const isLocal = type.value === 'Localhost';
    const wrong = fieldOf(place, 'localhostProfile').find(({ value, when }) =>
      isLocal
        ? absencesOf(value, { parameters, isInList: false }).some(absent =>
            canHold([...type.when, ...when, ...absent]),
          )
        : value !== undefined && canHold([...type.when, ...when]),
    );
    if (wrong === undefined) continue;
    report(type.path, () =>
      isLocal
        ? 'the type Localhost needs localhostProfile, a file below the directory of profiles of the kubelet'
        : `only the type Localhost has localhostProfile; remove it from ${String(type.value)}`,
    );
  }
}
