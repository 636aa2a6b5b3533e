/**
 * Reviews that nobody would write, at the level of JSON and at the level of bytes; each answer is judged from outside.
 *
 *   npm run fuzz -- --seconds 60 --seed 1 --reviews 1000000
 *
 * Without `--reviews` it runs for a minute; without `--seed` the seed is the time, and it is printed. What breaks a promise
 * is made as small as it gets and written into a directory of its own; then the exit code is 1.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isEnded } from '../bounded-work.ts';
import { type BodyPath, openBodyPath } from './body-path.ts';
import { corpusOf } from './corpus.ts';
import { minimised } from './minimise.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateReview, type Node } from './mutate-review.ts';
import { Random } from './random.ts';
import { type Setting, settings } from './settings.ts';
import { type Finding, tryReview } from './trial.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, reviews: { type: 'string' } },
});
const reviews = options.reviews === undefined ? Number.POSITIVE_INFINITY : Number(options.reviews);
const seconds = Number(options.seconds ?? (options.reviews === undefined ? 60 : Number.POSITIVE_INFINITY));
const seed = Number(options.seed ?? Date.now() % 2 ** 31);
if ([reviews, seconds, seed].some(number => Number.isNaN(number) || number < 0))
  throw new Error('--seconds, --seed and --reviews take a number');

/** So many reviews of one round are sent as JSON, and then so many as bytes. */
const round = { parsed: 400, sent: 40 };
/** No review takes that long; a round that does holds one that never ends. */
const roundTimeoutMs = 20_000;
/** One promise broken in a hundred ways is one fault. */
const mostOfOnePromise = 3;

class Fuzzing {
  readonly #random = new Random(seed);
  readonly #corpus = corpusOf(seed);
  readonly #seen = new Map<string, number>();
  #directory: string | undefined;
  parsed = 0;
  sent = 0;

  /** A round of reviews under one setting. */
  async run(setting: Setting, path: BodyPath): Promise<void> {
    let current: Node = {};
    const findings: { readonly review: Node; readonly finding: Finding }[] = [];
    const work = () => {
      for (let index = 0; index < round.parsed; index++) {
        current = this.#nextReview(setting);
        this.parsed++;
        for (const finding of tryReview(current, setting)) findings.push({ review: current, finding });
      }
    };
    if (isEnded(work, roundTimeoutMs))
      findings.push({
        review: current,
        finding: { promise: 'time', what: `more than ${roundTimeoutMs} ms` },
      });
    for (const { review, finding } of findings)
      this.#report(setting, finding, () => small(review, finding, setting));
    for (let index = 0; index < round.sent; index++) await this.#sendOne(setting, path);
  }

  async #sendOne(setting: Setting, path: BodyPath): Promise<void> {
    const text = JSON.stringify(this.#nextReview(setting));
    const body = mutateBytes(text, this.#random.pick(this.#corpus), this.#random);
    this.sent++;
    for (const finding of await path.send(body)) this.#report(setting, finding, () => body);
  }

  /** A review of the corpus, changed, and changed again where it is to be one of many changes. */
  #nextReview(setting: Setting): Node {
    return mutateReview(JSON.parse(this.#random.pick(this.#corpus)), this.#random, setting);
  }

  #report(setting: Setting, finding: Finding, reproduction: () => string | Buffer): void {
    const count = (this.#seen.get(finding.promise) ?? 0) + 1;
    this.#seen.set(finding.promise, count);
    if (count > mostOfOnePromise) return;
    this.#directory ??= mkdtempSync(join(tmpdir(), 'sidecar-injector-fuzz-'));
    const file = join(this.#directory, `${finding.promise}-${count}.json`);
    writeFileSync(file, reproduction());
    console.log(`${finding.promise}: ${finding.what}\n  setting "${setting.name}", ${file}`);
  }

  /** How often each promise was broken. */
  get broken(): ReadonlyMap<string, number> {
    return this.#seen;
  }
}

function small(review: Node, finding: Finding, setting: Setting): string {
  const fails = (candidate: Node) => {
    let found: readonly Finding[] = [];
    const isEndless = isEnded(() => {
      found = tryReview(candidate, setting);
    }, 2000);
    return isEndless ? finding.promise === 'time' : found.some(({ promise }) => promise === finding.promise);
  };
  return JSON.stringify(minimised(review, fails), undefined, 2);
}

const fuzzing = new Fuzzing();
const startedMs = performance.now();
const paths = await Promise.all(settings.map(openBodyPath));
const isOver = () =>
  performance.now() - startedMs > seconds * 1000 || fuzzing.parsed + fuzzing.sent >= reviews;
while (!isOver()) {
  for (const [index, setting] of settings.entries()) {
    const path = paths[index];
    if (path !== undefined && !isOver()) await fuzzing.run(setting, path);
  }
}
for (const path of paths) path.close();
const took = (performance.now() - startedMs) / 1000;
const broken = [...fuzzing.broken].map(([promise, count]) => `${promise} ${count}`).join(', ');
console.log(
  `${fuzzing.parsed + fuzzing.sent} reviews in ${took.toFixed(0)} s, ${fuzzing.sent} of them as bytes over a socket; seed ${seed}; ${broken ? `broken: ${broken}` : 'no promise broken'}`,
);
process.exitCode = broken ? 1 : 0;
