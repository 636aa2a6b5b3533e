/**
 * Nobody can make a review expensive: CPU time grows at most in proportion to what is sent, whatever it is. Every regular
 * expression and every loop over a text or a list that a review can reach is found in the sources, each must have been run
 * by one of the worst reviews, and all of these and all expressions are measured while their input is doubled four times.
 */
import { analyse } from 'scslre';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { sourceFiles } from '../../scripts/source-imports.ts';
import { answer, busyPolicy, freshCore } from '../property/linear/answer-all.ts';
import { hardTexts } from '../property/linear/expression-texts.ts';
import { type Growth, superlinear } from '../property/linear/growth.ts';
import type { Reach } from '../property/linear/reach.ts';
import { expressionsIn } from '../property/linear/sites.ts';
import { versionReviews } from '../property/linear/version-reviews.ts';
import type { WorstReview } from '../property/linear/worst-review.ts';
import {
  crowdReviews,
  inheritedReviews,
  textReviews,
  valueReviews,
  writtenReviews,
} from '../property/linear/worst-reviews.ts';
import { runProgram } from '../run-program.ts';
import { worstTexts } from '../worst-texts.ts';

/** Files whose sites these reviews cannot run, each with why. */
const unreachable: Readonly<Record<string, string>> = {
  'http/count-values.ts': 'looks at bodies of 400 kB and more, with which its own test measures it',
  'sidecars/samples/': 'makes values for the parameters of a definition that is tried, never for a review',
  'sidecars/parameters/switch-value.ts:55': 'puts such values together',
  'sidecars/pattern/character-set.ts:64': 'prints a pattern for a policy, which no review asks for',
  'sidecars/pattern/character-set.ts:66': 'prints a pattern for a policy, which no review asks for',
  'kubernetes/json-pointer.ts:13': 'takes pointers of ours apart, where manifests are edited',
  'http/decode-body.ts': 'takes bodies of 2 MiB and more apart, by pieces of one length',
};

/** Expressions that may take longer for a text that they never get, each with what bounds it. */
const bounded: Readonly<Record<string, string>> = {
  '(\\d+(?:\\.\\d+)?)(ns|us|\\u00b5s|ms|s|m|h)':
    'takes a duration apart that another expression has accepted whole',
};

/** Not compiled yet, and not collected in between. */
const leastMs = { ofExpression: 0.05, ofReview: 0.5 };

describe('what a review can reach', () => {
  let reach: Reach = { sites: [], seen: [], expressions: [] };
  beforeAll(async () => {
    const { stdout } = await runProgram(new URL('../property/linear/reach.ts', import.meta.url), {
      flags: [],
    });
    reach = JSON.parse(stdout);
  }, 60_000);

  it('is found', () => {
    expect(reach.sites.length).toBeGreaterThan(300);
    expect(reach.expressions.length).toBeGreaterThan(40);
  });

  it('is run by the worst reviews; what is new needs one in worst-reviews.ts or the crowds', () => {
    const seen = new Set(reach.seen);
    const idle = reach.sites.filter(site => !seen.has(site));
    expect(idle.filter(site => !Object.keys(unreachable).some(known => site.startsWith(known)))).toEqual([]);
  });

  it('has no expression that backtracks', () => {
    const backtracking = reach.expressions.flatMap(({ site, source, flags }) =>
      backtrackingIn(site, new RegExp(source, flags)),
    );
    expect([...new Set(backtracking)]).toEqual([]);
  });

  it('has no expression that takes more time than its text is longer', () => {
    const growths = reach.expressions.flatMap(({ site, source, flags }) => {
      if (bounded[source] !== undefined) return [];
      const expression = new RegExp(source, flags);
      return [...hardTexts(expression), ...Object.values(worstTexts)].map(
        (text): Growth => ({
          name: `${site} /${source}/`,
          leastMs: leastMs.ofExpression,
          prepare: size => runOn(expression, text(size)),
        }),
      );
    });
    expect(superlinear(growths)).toEqual([]);
  });
});

describe('what an operator writes', () => {
  it('meets no expression that backtracks either: there is none in the sources', () => {
    const expressions = sourceFiles.flatMap(file => expressionsIn(file).map(found => [file, found] as const));
    expect(expressions.length).toBeGreaterThan(100);
    expect(expressions.flatMap(([file, expression]) => backtrackingIn(file, expression))).toEqual([]);
  });
});

function backtrackingIn(site: string, expression: RegExp): readonly string[] {
  if (bounded[expression.source] !== undefined) return [];
  const kinds = analyse(expression).reports.map(
    ({ type, exponential }) => `${type}${exponential ? ', exponential' : ''}`,
  );
  return kinds.length > 0 ? [`${site} /${expression.source}/: ${kinds.join('; ')}`] : [];
}

/** As most calls do it: through the whole text where the expression says so. */
function runOn(expression: RegExp, text: string): () => void {
  return () => {
    text.replace(expression, '');
  };
}

describe('the time that a review takes grows at most in proportion', () => {
  it.each<readonly [what: string, reviews: readonly WorstReview[]]>([
    ['with the value of an annotation', valueReviews],
    ['with any other text', textReviews],
    ['with the name of an owner', versionReviews],
    ['with the number of anything', crowdReviews],
    ['with the number of anything that a namespace says', inheritedReviews],
    ['with the number of anything that is written on one', writtenReviews],
  ])('%s', (_what, reviews) => {
    const growths = reviews.map(
      ({ name, sidecars, review, surroundings }): Growth => ({
        name,
        leastMs: leastMs.ofReview,
        prepare: size => {
          const [made, around] = [review(size), surroundings?.(size)];
          return () => {
            const core = freshCore(sidecars, busyPolicy);
            // Seen for the first time, and again.
            answer(made, core, around);
            answer(made, core, around);
          };
        },
      }),
    );
    expect(superlinear(growths)).toEqual([]);
  });
});

describe('the memory that reviews take', () => {
  it('stays within the heap that a pod has', async () => {
    const flags = imageProcess().nodeFlags;
    const { stdout } = await runProgram(new URL('../property/linear/small-heap.ts', import.meta.url), {
      flags,
    });
    expect(Number(stdout)).toBeGreaterThan(2000);
  });
});
