import { below, fieldOf } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** What of the downward API a variable takes, and what a file. */
export const checkFieldReferences: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'EnvVarSource') checkField(definition, place, forVariables);
    if (place.type === 'DownwardAPIVolumeFile') {
      checkField(definition, place, forFiles);
      checkContainerName(definition, place);
    }
    if (place.type === 'ResourceFieldSelector') checkDivisor(definition, place);
  }
};

interface Consumer {
  readonly takes: (fieldPath: string) => boolean;
  readonly advice: string;
}

const forVariables: Consumer = {
  takes: path => path !== 'metadata.labels' && path !== 'metadata.annotations',
  advice:
    "a variable takes one label or annotation, as metadata.labels['KEY']; all of them go into a file of a downwardAPI volume",
};

const forFiles: Consumer = {
  takes: path => path.startsWith('metadata.'),
  advice: 'a file of a downwardAPI volume takes fields of metadata only; put this one into a variable',
};

function checkField({ report }: DefinitionUnderCheck, place: ObjectPlace, { takes, advice }: Consumer): void {
  for (const { value, path } of below(place, ['fieldRef', 'fieldPath'])) {
    if (typeof value === 'string' && value !== '' && !value.includes('${') && !takes(value))
      report(path, advice);
  }
}

function checkContainerName({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const selector of fieldOf(place, 'resourceFieldRef')) {
    if (selector.value === undefined) continue;
    const names = below(place, ['resourceFieldRef', 'containerName']);
    const isWithout = names.some(
      ({ value, when }) => (value === undefined || value === '') && canHold([...when, ...selector.when]),
    );
    if (isWithout)
      report(selector.path, 'a file needs containerName beside the resource; write containerName: "${name}"');
  }
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
function checkDivisor({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  const resources = fieldOf(place, 'resource');
  for (const { value, path, when } of fieldOf(place, 'divisor')) {
    if (typeof value !== 'string' || value === '' || value === '0' || value === '1') continue;
    const isOfCpu = value === '1m';
    const wrong = resources.find(
      ({ value: resource, when: other }) =>
        typeof resource === 'string' && resource.endsWith('.cpu') !== isOfCpu && canHold([...when, ...other]),
    );
    if (wrong === undefined) continue;
    report(path, () =>
      isOfCpu
        ? 'the divisor 1m is for a cpu; write 1, 1Ki or 1Mi for a size'
        : `a cpu is divided by 1 or 1m, not by ${value}`,
    );
  }
}
