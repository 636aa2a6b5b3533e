/** What the load sends: a body, and how the next one differs. */
export interface ReviewBody {
  readonly bytes: Buffer;
  /** Makes another one of the one that stands there; without it the same body is sent again and again. */
  readonly vary?: (message: Buffer, offset: number) => void;
}

/** The parts of a review in which one pod differs from the next. */
interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly ownerReferences: readonly { readonly uid: string }[];
      };
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

/** A text that stands in the body in several places. */
interface VaryingText {
  readonly text: Buffer;
  readonly offsets: readonly number[];
  readonly alphabet: Buffer;
}

/**
 * A review of which no two are alike, as the API server never sends one twice: another uid, workload, owner, hash, token
 * volume and value of a variable each time, and the same length. That is written over the one before, which is a
 * hundred bytes or so, so that the load costs little.
 */
export class VaryingReview implements ReviewBody {
  readonly bytes: Buffer;
  readonly #uidOffset: number;
  readonly #texts: readonly VaryingText[];
  readonly #repository: VaryingText | undefined;
  #count = 0;

  /** Where `hasNewRepositories`, every third one asks for a repository that was never seen. */
  constructor(bytes: Buffer, { hasNewRepositories = false } = {}) {
    this.bytes = bytes;
    const review = JSON.parse(bytes.toString()) as Review;
    this.#uidOffset = bytes.indexOf(review.request.uid);
    this.#texts = [
      ...uidsOf(review).map(text => varyingText(bytes, text, hexadecimal)),
      ...namesOf(review).map(text => varyingText(bytes, text, letters)),
    ];
    this.#repository = hasNewRepositories ? varyingText(bytes, repositoryOf(review), letters) : undefined;
  }

  vary(message: Buffer, offset: number): void {
    const count = ++this.#count;
    let state = count;
    for (const text of this.#texts) state = writeAnother(message, offset, text, state);
    message.write(count.toString(16).padStart(8, '0'), offset + this.#uidOffset, 'latin1');
    if (this.#repository === undefined) return;
    if (count % 3 === 0) writeAnother(message, offset, this.#repository, state);
    else for (const place of this.#repository.offsets) this.#repository.text.copy(message, offset + place);
  }
}

const hexadecimal = Buffer.from('0123456789abcdef');

/** Those of which Kubernetes makes names, without the digits. */
const letters = Buffer.from('bcdfghjklmnpqrstvwxz');

function uidsOf({ request: { uid, object } }: Review): readonly string[] {
  return [uid, ...object.metadata.ownerReferences.map(owner => owner.uid)];
}

function namesOf({ request: { object } }: Review): readonly string[] {
  const { labels } = object.metadata;
  const variables = object.spec.containers.flatMap(({ env = [] }) => env);
  const names = [
    labels['app'],
    labels['pod-template-hash'],
    labels['controller-revision-hash'],
    variables.find(({ name }) => name === 'BUILD_ID')?.value,
    object.spec.volumes.find(({ name }) => name.startsWith(tokenVolume))?.name.slice(tokenVolume.length),
  ];
  return [...new Set(names.filter(name => name !== undefined))];
}

const tokenVolume = 'kube-api-access-';

function repositoryOf({ request: { object } }: Review): string {
  const repository = object.metadata.annotations?.['sidecar.io/git-sync'] ?? '';
  return repository.slice(repository.lastIndexOf('/') + 1, -'.git'.length);
}

function varyingText(bytes: Buffer, text: string, alphabet: Buffer): VaryingText {
  const offsets: number[] = [];
  for (let offset = bytes.indexOf(text); offset >= 0; offset = bytes.indexOf(text, offset + text.length))
    offsets.push(offset);
  if (text.length < minLength || offsets.length === 0) throw new Error(`"${text}" cannot vary`);
  return { text: Buffer.from(text), offsets, alphabet };
}

/** Shorter ones might stand in a word by accident. */
const minLength = 4;

/** Writes other letters in all places of a text and returns what the next text is made from. */
function writeAnother(
  message: Buffer,
  at: number,
  { text, offsets, alphabet }: VaryingText,
  seed: number,
): number {
  const length = Math.min(text.length, maxVaryingLength);
  let state = seed;
  for (let index = 0; index < length; index++) {
    if (text[index] === dash) continue;
    // https://en.wikipedia.org/wiki/Linear_congruential_generator, of which the upper bits are the better ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const letter = alphabet[(state >>> 16) % alphabet.length] ?? dash;
    for (const offset of offsets) message[at + offset + index] = letter;
  }
  return state;
}

/** Enough to differ: more would make the load cost more. */
const maxVaryingLength = 8;

const dash = '-'.charCodeAt(0);
