/** Where a place is, as seen from the content that a sidecar writes. */
import {
  and,
  at,
  binary,
  bind,
  concatAll,
  conditional,
  each,
  equals,
  integer,
  literal,
  mapWhere,
  method,
  optionalAt,
  orValue,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isAtOrBelow, withoutTrailingSlash } from './paths.ts';
import { allContainersOf, parts } from './rendered-sidecar.ts';
import { mountsOf } from './volume-facts.ts';

/** Where the content is in the volume, and where the place is: at it, beside it, or nobody knows. */
export function placeInContent(
  sharing: Expression,
  {
    inner,
    outer,
    volume,
  }: { readonly inner: Expression; readonly outer: Expression; readonly volume: Expression },
): Expression {
  const sidecar = at(sharing, binary('-', size(sharing), integer(1)));
  const content = optionalAt(sidecar, parts.content);
  const roots = concatAll(
    each(allContainersOf(sidecar), 'map', 'own', container =>
      mapWhere(
        mountsOf(container),
        'mount',
        mount =>
          and(equals(at(mount, 'name'), volume), isAtOrBelow(orValue(content, ''), at(mount, 'mountPath'))),
        mount => withoutTrailingSlash(at(mount, 'mountPath')),
      ),
    ),
  );
  const below = method(at(inner, 'path'), 'substring', size(withoutTrailingSlash(at(outer, 'path'))));
  return conditional(
    method(content, 'hasValue'),
    bind(roots, 'roots', found =>
      conditional(
        equals(size(found), 0),
        literal('unknown'),
        bind(method(orValue(content, ''), 'substring', size(at(found, 0))), 'content', inVolume =>
          conditional(
            equals(inVolume, ''),
            literal('unknown'),
            conditional(
              equals(below, inVolume),
              literal('all'),
              conditional(isAtOrBelow(below, inVolume), literal('unknown'), literal('beside')),
            ),
          ),
        ),
      ),
    ),
    literal('unknown'),
  );
}
