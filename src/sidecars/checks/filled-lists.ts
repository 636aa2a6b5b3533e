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
  for (const place of places.objects) {
    for (const key of neverEmpty[place.type] ?? []) {
      for (const { value, path, when } of fieldOf(place, key)) {
        const isEmpty = Array.isArray(value) && value.length === 0;
        if (isEmpty && canHold(when)) report(path, `"${key}" needs at least one entry`);
      }
    }
  }
};
