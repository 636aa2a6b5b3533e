/**
 * Definitions at random, after the types of the Kubernetes API: most values are right and some slightly wrong, texts name
 * parameters, and conditions choose. So the reader of definitions refuses some, and accepts many.
 */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { kubernetesTypes } from '../../src/sidecars/schema/kubernetes-types.ts';
import { Random } from '../fuzz/random.ts';
import { keysOf, valuesOf } from './field-values.ts';
import { alternatives, needed } from './kubernetes-unions.ts';
import { defaults, facts, parameters } from './random-parameters.ts';

/** The document of a definition, as JSON, which is YAML. */
export const randomDefinition: fc.Arbitrary<JsonObject> = fc
  .noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(seed => new Author(new Random(seed)).definition());

const refusedFields = [
  'Container.name',
  'Container.restartPolicy',
  'Container.startupProbe',
  'Container.restartPolicyRules',
];
const sources = Object.keys(kubernetesTypes['Volume'] ?? {}).filter(field => field !== 'name');
const commonSources = [
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'hostPath',
  'persistentVolumeClaim',
];
const volumeNames = ['data', 'tmp', '${name}-tmp', 'conf'];

/** Whether a text inserts a parameter, or a condition or an `each` names it: not as a key. */
function isNamed(name: string, written: string): boolean {
  return new RegExp(`\\$\\{${name}[.}]|"!?${name}(\\.\\w+)?"(?!:)`).test(written);
}

class Author {
  readonly #random: Random;
  #volumes: readonly string[] = [];
  /** The parameter for each of whose values an entry is made, inside of such an entry. */
  #each: string | undefined;
  /** What conditions ask. */
  #facts: readonly string[] = facts.filter(fact => !fact.includes('run.'));

  constructor(random: Random) {
    this.#random = random;
  }

  definition(): JsonObject {
    const spec = this.#spec();
    const written = JSON.stringify(spec);
    const declared = Object.entries(parameters).filter(([name]) => isNamed(name, written));
    return {
      apiVersion: 'sidecar.io/v1',
      kind: 'Sidecar',
      metadata: { name: 'one' },
      spec: {
        description: 'At random.',
        ...(declared.length > 0
          ? {
              parameters: Object.fromEntries(
                declared.map(([name, base]) => [name, this.#parameter(name, base)]),
              ),
            }
          : {}),
        ...spec,
      },
    };
  }

  #parameter(name: string, base: JsonObject): JsonObject {
    const described = { ...base, description: 'Something' };
    if (this.#random.once(3)) return { ...described, required: true };
    const preset = defaults[name];
    return preset !== undefined && this.#random.once(2) ? { ...described, default: preset } : described;
  }

  #spec(): JsonObject {
    const random = this.#random;
    const modes = random.pick([[], [], ['native'], ['native', 'classic', 'init'], ['init'], ['classic']]);
    if (modes.includes('init') || random.once(50)) this.#facts = facts;
    const volumes = this.#volumesOf();
    this.#volumes = volumes.map(({ name }) => String(name ?? 'each-${each}'));
    const ready = random.once(3) ? { ready: this.#ready() } : {};
    const annotations = random.once(5) ? { annotations: this.#annotations() } : {};
    return {
      ...(modes.length > 0 ? { modes } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
      container: this.#object('Container', 0),
      ...(random.once(6) ? { app: { env: this.#list('Container', 'env', 'EnvVar', 1) } } : {}),
      ...ready,
      ...annotations,
    };
  }

  #ready(): JsonObject {
    const handler = this.#random.pick(alternatives['Probe'] ?? []);
    const code = kubernetesTypes['Probe']?.[handler] ?? '';
    return { [handler]: this.#value('Probe', handler, code, 1), within: '1m' };
  }

  #annotations(): JsonObject {
    const key = this.#pick({
      right: ['example.com/a', 'a', 'b.c/d'],
      wrong: ['a b', '', 'sidecar.io/x', 'a/b/c'],
    });
    return { [String(key)]: this.#templated('a') };
  }

  /** Nearly always with names of their own. */
  #volumesOf(): readonly JsonObject[] {
    const volumes = this.#some(3, () => this.#volume());
    if (this.#random.once(25)) return volumes;
    if (this.#random.once(15)) {
      return [...volumes.slice(0, 1), { each: 'words', value: { name: 'each-${each}', emptyDir: {} } }];
    }
    return [...new Map(volumes.map(volume => [volume['name'], volume])).values()];
  }

  #volume(): JsonObject {
    const random = this.#random;
    const name = random.once(40) ? 'Upper' : random.pick(volumeNames);
    const isShared = random.once(6);
    const source = random.once(4) ? random.pick(sources) : random.pick(commonSources);
    const more = random.once(40) ? random.pick(sources) : undefined;
    const entries = [source, more].flatMap(field =>
      field === undefined
        ? []
        : [[field, this.#value('Volume', field, kubernetesTypes['Volume']?.[field] ?? '', 1)] as const],
    );
    const body = Object.fromEntries(random.once(40) ? [] : entries);
    return isShared ? { name: '${volume}', ...body, shared: true } : { name, ...body };
  }

  #object(type: string, depth: number): JsonObject {
    const fields = kubernetesTypes[type] ?? {};
    const chosen = Object.entries(fields).filter(([field, code]) => this.#isWanted(type, field, code, depth));
    const ones = alternatives[type];
    const one = ones && !this.#random.once(30) ? this.#random.pick(ones) : undefined;
    const kept = ones
      ? [
          ...chosen.filter(([field]) => !ones.includes(field)),
          ...(one ? [[one, fields[one] ?? ''] as const] : chosen),
        ]
      : chosen;
    return Object.fromEntries(
      kept.map(([field, code]) => [field, this.#value(type, field, code.replace('!', ''), depth + 1)]),
    );
  }

  #isWanted(type: string, field: string, code: string, depth: number): boolean {
    if (refusedFields.includes(`${type}.${field}`)) return this.#random.once(500);
    if (code.endsWith('!') || needed[type]?.includes(field)) return !this.#random.once(80);
    if (field === 'volumeDevices' || field === 'stopSignal') return this.#random.once(30);
    if (/^volume(Mounts|Devices)$/.test(field) && this.#volumes.length === 0) return this.#random.once(100);
    return this.#random.once(depth === 0 ? 5 : depth < 3 ? 4 : 6);
  }

  #value(type: string, field: string, code: string, depth: number): Json {
    if (code.endsWith('[]')) return this.#list(type, field, code.slice(0, -2), depth);
    if (code.endsWith('{}')) return this.#map(type, field);
    if (code === 'any') return {};
    if (/^[A-Z]/.test(code) && code !== 'IntOrString') {
      const value = this.#object(code, depth);
      return this.#random.once(25) && depth > 1 ? this.#choice(value) : value;
    }
    const volumes = this.#volumes.filter(name => this.#each === 'words' || !name.includes('${each}'));
    if (
      /^Volume(Mount|Device)\.name$/.test(`${type}.${field}`) &&
      volumes.length > 0 &&
      !this.#random.once(30)
    )
      return this.#random.pick(volumes);
    const value = this.#pick(valuesOf(type, field, code));
    // A container without an image is refused.
    return `${type}.${field}` === 'Container.image' && !this.#random.once(20)
      ? value
      : this.#leaf(value, code);
  }

  /** A value as it is, or one that a parameter or a condition decides. */
  #leaf(value: Json, code: string): Json {
    const random = this.#random;
    if (random.once(20)) return this.#choice(value);
    // What is made for each value nearly always names it.
    if (!random.once(this.#each === undefined ? 8 : 2)) return value;
    if (code === 'boolean') return '${flag}';
    if (code === 'number')
      return random.pick([this.#eachText(), '${number}', '${port}', '${period.seconds}']);
    if (code === 'IntOrString') return random.pick([this.#eachText(), '${port}', '${number}', '${word}']);
    return this.#templated(value);
  }

  #templated(value: Json): Json {
    const name = this.#random.pick([
      'text',
      'word',
      'name',
      'secret',
      'amount',
      'path',
      'segment',
      'level',
      'words',
      'pairs',
      'port',
    ]);
    const inserted = this.#each === undefined || this.#random.once(3) ? `\${${name}}` : this.#eachText();
    return this.#random.pick([inserted, inserted, `${String(value)}${inserted}`, `${inserted}-x`]);
  }

  #eachText(): string {
    if (this.#each === undefined) return '${port}';
    if (this.#random.once(3)) return '${each.index}';
    return this.#each === 'pairs' ? this.#random.pick(['${each.name}', '${each.value}']) : '${each}';
  }

  #choice(value: Json): Json {
    const when = this.#random.once(3)
      ? [this.#random.pick(this.#facts), this.#random.pick(this.#facts)]
      : this.#random.pick(this.#facts);
    return this.#random.once(2) ? { when, value } : { when, value, else: value };
  }

  #list(type: string, field: string, of: string, depth: number): Json {
    return this.#some(3, () => this.#entry(() => this.#value(type, field, of, depth)));
  }

  /** An entry of a list: one, one under a condition, one for each value of a parameter, or several in its place. */
  #entry(make: () => Json): Json {
    const random = this.#random;
    if (this.#each !== undefined || !random.once(6)) return make();
    const several = () => (random.once(3) ? [make(), make()] : make());
    if (random.once(2)) return this.#choice(several());
    this.#each = random.pick(['words', 'ports', 'pairs']);
    const entry: Json = { each: this.#each, value: several() };
    this.#each = undefined;
    return random.once(3) ? { ...entry, when: random.pick(this.#facts) } : entry;
  }

  #map(type: string, field: string): Json {
    const entries = this.#some(2, () => {
      const key = String(this.#pick(keysOf(type)));
      return [key, this.#leaf(this.#pick(valuesOf(type, field, 'string')), 'string')] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Up to so many, seldom none. */
  #some<T>(most: number, make: () => T): T[] {
    const count = this.#random.once(6) ? 0 : 1 + this.#random.below(most);
    return Array.from({ length: count }, make);
  }

  #pick({ right, wrong = [] }: { readonly right: readonly Json[]; readonly wrong?: readonly Json[] }): Json {
    return wrong.length > 0 && this.#random.once(40) ? this.#random.pick(wrong) : this.#random.pick(right);
  }
}
