/** What is wrong with a place and the mount around it. */
import { sourcesWithRoom } from '../../injection/merge/check-nested-mounts.ts';
import {
  and,
  at,
  bind,
  concat,
  conditional,
  differs,
  each,
  equals,
  isIn,
  list,
  literal,
  method,
  not,
  optionalField,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { placeInContent } from './content-place.ts';
import { isAtOrBelow, isNormal } from './paths.ts';
import { problem } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { isShared } from './shared-volumes.ts';
import { isOfKind, isReadOnly, volumesNamed } from './volume-facts.ts';

/** What is wrong with a place and the nearest volume mount around it. */
export function judged(found: Expression, inner: Expression): Expression {
  const isAround = (outer: Expression) =>
    and(
      isIn('mount', outer),
      differs(at(outer, 'path'), at(inner, 'path')),
      isAtOrBelow(at(inner, 'path'), at(outer, 'path')),
    );
  const isHere = each(at(found, 'places'), 'exists', 'other', other =>
    and(isIn('mount', other), not(isIn('mount', inner)), equals(at(other, 'path'), at(inner, 'path'))),
  );
  return bind(each(at(found, 'places'), 'filter', 'outer', isAround), 'around', around =>
    conditional(
      or(isHere, equals(size(around), 0)),
      list(),
      bind(
        each(around, 'map', 'outer', outer => size(at(outer, 'path'))),
        'lengths',
        lengths =>
          bind(
            at(
              each(around, 'filter', 'outer', outer =>
                equals(size(at(outer, 'path')), method(lengths, 'max')),
              ),
              0,
            ),
            'outer',
            outer => judgedNesting(found, inner, outer),
          ),
      ),
    ),
  );
}

function judgedNesting(found: Expression, inner: Expression, outer: Expression): Expression {
  const mount = at(outer, 'mount');
  const volume = at(mount, 'name');
  const owners = each(variable('sidecars'), 'filter', 'sidecar', sidecar =>
    each(at(sidecar, parts.volumes), 'exists', 'volume', own =>
      and(isShared(own), equals(at(at(own, 'volume'), 'name'), volume)),
    ),
  );
  return bind(owners, 'owners', sharing =>
    bind(volumesNamed(variable('allVolumes'), volume), 'known', known => {
      const isOurs = or(not(equals(size(sharing), 0)), at(inner, 'isAdded'));
      const isKind = (kinds: readonly string[]) =>
        and(not(equals(size(known), 0)), isOfKind(at(known, 0), kinds));
      const isClosed = and(
        isOurs,
        not(isKind([...sourcesWithRoom])),
        or(isReadOnly(mount), isKind(['image'])),
      );
      const isWhole = and(
        equals(orValue(optionalField(mount, 'subPath'), ''), ''),
        equals(orValue(optionalField(mount, 'subPathExpr'), ''), ''),
      );
      const isWithoutDirectories = and(
        isKind(['emptyDir']),
        not(isIn(volume, variable('written'))),
        not(isOfStatus(volume)),
      );
      const place = conditional(
        equals(size(sharing), 0),
        literal('none'),
        conditional(isWhole, placeInContent(sharing, { inner, outer, volume }), literal('unknown')),
      );
      return bind(place, 'where', where =>
        conditional(
          and(
            isClosed,
            or(equals(where, 'all'), and(isWhole, isWithoutDirectories, differs(where, 'unknown'))),
          ),
          list(
            problem(
              'mount-path-taken',
              'container ',
              plainName(at(at(found, 'container'), 'name')),
              ' has something at ',
              plainName(at(inner, 'path')),
              ', below the read-only ',
              plainName(at(outer, 'path')),
              ', so it could never start or would hide the content; mount one of them elsewhere',
            ),
          ),
          conditional(
            and(isClosed, not(and(isNormal(at(inner, 'path')), isNormal(at(outer, 'path'))))),
            list(
              problem(
                'odd-paths',
                'container ',
                plainName(at(at(found, 'container'), 'name')),
                ' has a path with empty segments or dots; write it without',
              ),
            ),
            list(),
          ),
        ),
      );
    }),
  );
}

/** Whether an earlier pass brought a volume. */
function isOfStatus(volume: Expression): Expression {
  return method(variable('status'), 'contains', concat('"', volume, '"'));
}
