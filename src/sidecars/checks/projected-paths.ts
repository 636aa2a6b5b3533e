import { type Alternative, below, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { Circumstances } from './circumstances.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';
import { keyOf, type Occurrence, repeatsIn } from './repeated-values.ts';
import { inWords } from './unique-entries.ts';

/** Two files of a projected volume with one path, and a certificate that is written nowhere. */
export const checkProjectedPaths: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'ProjectedVolumeSource') checkVolume(definition, place);
    if (place.type === 'PodCertificateProjection') checkCertificate(definition, place);
  }
};

function checkVolume(definition: DefinitionUnderCheck, place: ObjectPlace): void {
  const files = fieldOf(place, 'sources')
    .flatMap(entriesOf)
    .flatMap(source => (isObjectPlace(source) ? filesOf(definition, source) : []));
  const problem = (path: string) => `a second file ${path} in this volume; give one of them another path`;
  for (const repeat of repeatsIn(definition, files))
    definition.report(repeat.second.path, () => inWords(repeat, problem));
}

// The API server lets a token overwrite the file of another source, and so does the kubelet.
const lists = ['secret', 'configMap', 'downwardAPI'];
const single = [
  ['clusterTrustBundle', 'path'],
  ...['credentialBundlePath', 'keyPath', 'certificateChainPath'].map(key => ['podCertificate', key]),
];

function filesOf(
  { parameters }: DefinitionUnderCheck,
  source: Alternative<NonNullable<ObjectPlace['value']>> & { readonly each?: string | undefined },
): readonly Occurrence[] {
  const occurrence = ({ value, path, when }: Alternative, each: string | undefined): readonly Occurrence[] =>
    typeof value === 'string' && value !== '' ? [{ key: keyOf(value, parameters), path, when, each }] : [];
  return [
    ...lists.flatMap(list =>
      below(source, [list, 'items'])
        .flatMap(entriesOf)
        .flatMap(item =>
          isObjectPlace(item)
            ? fieldOf(item, 'path').flatMap(found => occurrence(found, item.each ?? source.each))
            : [],
        ),
    ),
    ...single.flatMap(keys => below(source, keys).flatMap(found => occurrence(found, source.each))),
  ];
}

function checkCertificate({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  const keys = ['credentialBundlePath', 'keyPath', 'certificateChainPath'];
  let without: readonly Circumstances[] = [place.when];
  for (const key of keys) {
    const absent = fieldOf(place, key).filter(({ value }) => value === undefined || value === '');
    without = without.flatMap(when => absent.map(other => [...when, ...other.when])).slice(0, maxWays);
  }
  if (without.some(canHold)) report(place.path, `give at least one of ${keys.join(', ')}`);
}

const maxWays = 64;
