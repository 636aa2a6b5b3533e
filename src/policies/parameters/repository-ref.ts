import { forbidden } from '../../sidecars/parameters/types/git-ref.ts';
import { matches, or } from '../cel/build-expression.ts';
import { type CompiledType, firstOf, fits } from './compiled-type.ts';
import { printRegExp } from './print-pattern.ts';

const hash = '\\A[0-9a-f]{40}\\z';

/** A branch, a tag or a hash. */
export const ref: CompiledType = {
  misfit: (text, advise) =>
    firstOf(
      [
        [matches(text, hash), fits],
        [matches(text, '\\A[0-9A-Fa-f]{40}\\z'), advise('the hash in lower case')],
        [or(...forbidden.map(pattern => matches(text, printRegExp(pattern)))), advise()],
      ],
      fits,
    ),
  facts: { hash: text => matches(text, hash) },
};
