/**
 * Whatever people and tools do to a Deployment, in whatever order: what a user wrote into the pod template stays there,
 * and all else in it is what the Deployment is annotated with.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { FieldModel } from './field-model.ts';
import { controlPlane, describeWithControllers, useWebhook } from './suite.ts';
import { type TestNamespace, useNamespace } from './test-namespace.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const keys = ['sidecar.io/git-sync', 'sidecar.io/git-sync_docs'] as const;
const [a, b] = ['https://github.com/org/a.git', 'https://github.com/org/b.git'];

/** Values by key; null takes one away. A manifest simply has some and not others. */
type Values = Readonly<Record<string, string | null>>;

interface Change {
  readonly does: 'annotate' | 'edit';
  readonly values: Values;
}

interface Application {
  readonly does: 'apply';
  readonly object: Values;
  readonly template: Values;
}

type Step = Change | Application;

/** `kubectl apply` as it is by default, or as GitOps tools do it: whoever uses one stays with it. */
type ApplyStyle = 'client' | 'server';

const value = fc.constantFrom(a, b);
const some = (entry: fc.Arbitrary<string | null>) =>
  fc.dictionary(fc.constantFrom(...keys), entry, { maxKeys: 2, noNullPrototype: true });
const change = some(fc.oneof(value, fc.constant(null))).filter(values => Object.keys(values).length > 0);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constantFrom<Change['does'][]>('annotate', 'edit'), values: change }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('apply'), object: some(value), template: some(value) }),
  },
);
const sequence = fc.record({
  style: fc.oneof(
    { weight: 1, arbitrary: fc.constant<ApplyStyle>('client') },
    { weight: 3, arbitrary: fc.constant<ApplyStyle>('server') },
  ),
  steps: fc.array(step, { minLength: 4, maxLength: 9 }),
});

describeWithControllers('a Deployment after any sequence of changes', () => {
  useWebhook();
  let api: ApiClient;
  const namespace = useNamespace();
  beforeAll(() => {
    api = new ApiClient(controlPlane());
  });
  afterAll(() => api?.close());

  it('has in its template what the user wrote there, and what it is annotated with', {
    timeout: 280_000,
  }, async () => {
    const sequences = fc
      .sample(sequence, { numRuns: 200, seed: seed() })
      .map((found, index) => ({ found, index }));
    const next = sequences.values();
    const work = async () => {
      for (const { found, index } of next) {
        const played = new Played(api, { namespace: namespace(), name: `web-${index}`, style: found.style });
        await played.run(found.steps);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  });
});

/** Another one each day and the same one all day long; a failure names its steps. */
function seed(): number {
  return Math.floor(Date.now() / 86_400_000);
}

interface Place {
  readonly namespace: TestNamespace;
  readonly name: string;
  readonly style: ApplyStyle;
}

/** A Deployment that is played with, and what is expected of it. */
class Played {
  readonly #api: ApiClient;
  readonly #place: Place;
  readonly #object = new FieldModel();
  readonly #template = new FieldModel();
  readonly #done: Step[] = [];

  constructor(api: ApiClient, place: Place) {
    this.#api = api;
    this.#place = place;
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#perform({ does: 'apply', object: {}, template: {} });
    for (const next of steps) await this.#perform(next);
    await this.#perform({ does: 'annotate', values: Object.fromEntries(keys.map(key => [key, null])) });
  }

  async #perform(next: Step): Promise<void> {
    this.#done.push(next);
    const deployment = await this.#send(next);
    this.#expect(next);
    const annotations = deployment.metadata.annotations ?? {};
    const template = templateAnnotations(deployment);
    for (const key of keys) {
      const told = `${key} after ${this.#place.style} ${JSON.stringify(this.#done)}`;
      expect(annotations[key], told).toBe(this.#object.valueOf(key));
      // Nobody took the last applied manifest back, so what was carried once counts as written there.
      if (this.#template.valueOf(key) === undefined && this.#template.isNamed(key)) continue;
      expect(template[key], told).toBe(this.#template.valueOf(key) ?? this.#object.valueOf(key));
    }
  }

  #expect(next: Step): void {
    if (next.does !== 'apply') {
      const { does, values } = next;
      return does === 'annotate'
        ? this.#object.update(does, values)
        : this.#template.update(does, this.#edited(values));
    }
    const isServer = this.#place.style === 'server';
    for (const [model, values] of [
      [this.#object, next.object],
      [this.#template, next.template],
    ] as const) {
      if (isServer) model.applyOnServer(values);
      else model.applyOnClient(values);
    }
  }

  /** Writing what stands there already is no writing: not even the API server knows of it. */
  #edited(values: Values): Values {
    const present = (key: string) => this.#template.valueOf(key) ?? this.#object.valueOf(key);
    return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== present(key)));
  }

  async #send(next: Step): Promise<WorkloadObject> {
    if (next.does !== 'apply') {
      const metadata = { annotations: next.values };
      const patch = next.does === 'annotate' ? { metadata } : { spec: { template: { metadata } } };
      return this.#patch('merge-patch+json', `kubectl-${next.does}`, patch);
    }
    const manifest = this.#manifest(next);
    if (this.#place.style === 'server') return this.#patch('apply-patch+yaml', 'gitops&force=true', manifest);
    return this.#place.namespace.json('apply -f -', manifest);
  }

  async #patch(contentType: string, fieldManager: string, body: unknown): Promise<WorkloadObject> {
    const { namespace, name } = this.#place;
    const answer = await this.#api.ask<WorkloadObject & { readonly message?: string }>({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace.name}/deployments/${name}?fieldManager=${fieldManager}`,
      contentType: `application/${contentType}`,
      body,
    });
    expect([200, 201], `${answer.body.message} after ${JSON.stringify(this.#done)}`).toContain(answer.status);
    return answer.body;
  }

  #manifest({ object, template }: Application): object {
    // kubectl takes the whole map away, other people's entries too, when a manifest has no annotations any more.
    const lasting: Values = this.#place.style === 'client' ? { 'example.com/team': 'web' } : {};
    return workloadOf('Deployment', {
      name: this.#place.name,
      annotations: object as Readonly<Record<string, string>>,
      template: { ...lasting, ...template } as Readonly<Record<string, string>>,
      spec: { replicas: 0 },
    });
  }
}
