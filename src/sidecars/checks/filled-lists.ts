import { fieldOf } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';

const neverEmpty: Readonly<Record<string, readonly string[]>> = {
  CephFSVolumeSource: ['monitors'],
  ExecAction: ['command'],
  PersistentVolumeClaimSpec: ['accessModes'],
  RBDVolumeSource: ['monitors'],
};

/** Lists of which the API server wants at least one entry. */
export const checkFilledLists: Rule = ({ places, canHold, report }) => {
  const lists = places.objects.flatMap(place =>
    (neverEmpty[place.type] ?? []).flatMap(key => fieldOf(place, key)),
  );
  for (const { value, path, when } of lists) {
    if (Array.isArray(value) && value.length === 0 && canHold(when)) {
      report(path, `"${String(path.at(-1))}" needs at least one entry`);
    }
  }
};
