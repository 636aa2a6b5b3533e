import {
  askedName,
  injectAnnotation,
  leaveOutKey,
  switchKey,
} from '../../injection/request/annotation-keys.ts';
import { shownKey, shownName } from '../../injection/shown-value.ts';
import type { LeftOut } from './explanation.ts';
import type { AnnotationPlaces } from './sidecars-in.ts';

/** What others ask for and a pod does not get, because it, or somebody nearer to it, says so. */
export function leftOutOf({ inheritance, placeOf }: AnnotationPlaces): readonly LeftOut[] {
  const { annotations, origins } = inheritance;
  const isOff = annotations[injectAnnotation] === 'false';
  return [...origins].flatMap(([key, from]) => {
    const by = isOff ? injectAnnotation : leaveOutKey(key);
    const isSwitch = key !== injectAnnotation && switchKey(key) === key && annotations[key] !== 'false';
    if (!isSwitch || annotations[by] !== 'false') return [];
    const on = origins.get(by) ?? placeOf(by);
    return [{ container: shownName(askedName(key)), from, annotation: shownKey(by), on }];
  });
}
