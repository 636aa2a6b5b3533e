/**
 * Runs the worst reviews on sources in which every site tells what it works on, and prints what each site has seen. A
 * program of its own, because the sources are changed as they are loaded.
 */
import { registerHooks } from 'node:module';
import { sourceUrl } from '../../../scripts/source-imports.ts';
import { instrument, reachableFiles, type Site } from './sites.ts';

export interface Reach {
  /** Every site of the files of which anything is run by a review, or nothing at all by anybody. */
  readonly sites: readonly string[];
  /** The sites that were run: as definitions were read, or by a review. */
  readonly seen: readonly string[];
  /** Every regular expression of these files that a review runs, by its site. */
  readonly expressions: readonly { readonly site: string; readonly source: string; readonly flags: string }[];
}

const [whileReading, byReviews] = [new Set<string>(), new Set<string>()];
let seen = whileReading;
const expressions = new Map<string, Reach['expressions'][number]>();

Object.assign(globalThis, {
  seen: (site: string, value: unknown) => {
    seen.add(site);
    return value;
  },
  made: (site: string, { source, flags }: RegExp = /x/) => {
    seen.add(site);
    expressions.set(`${site} ${source} ${flags}`, { site, source, flags });
    return new RegExp(source, flags);
  },
});

const sites: Site[] = [];
registerHooks({
  load(url, context, nextLoad) {
    const file = url.startsWith(sourceUrl) ? url.slice(sourceUrl.length) : '';
    if (!reachableFiles.has(file)) return nextLoad(url, context);
    const { sites: found, code } = instrument(file);
    sites.push(...found);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

const { answerAll } = await import('./answer-all.ts');
seen = byReviews;
await answerAll();

const filesOf = (names: ReadonlySet<string>) =>
  new Set(sites.filter(({ name }) => names.has(name)).map(({ file }) => file));
const [read, reviewed] = [filesOf(whileReading), filesOf(byReviews)];
// What is only read with the definitions is the operator's.
const ofReviews = sites.filter(({ file }) => reviewed.has(file) || !read.has(file));
const atStart = new Set(ofReviews.filter(({ isInFunction }) => !isInFunction).map(({ name }) => name));
console.log(
  JSON.stringify({
    sites: ofReviews.map(({ name }) => name),
    seen: [...whileReading, ...byReviews],
    expressions: [...expressions.values()].filter(({ site }) => byReviews.has(site) || atStart.has(site)),
  } satisfies Reach),
);
