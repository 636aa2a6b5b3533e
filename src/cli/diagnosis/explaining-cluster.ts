import type { ApiClient } from '../../cluster/api-client.ts';
import { ApiError, unlessMissing } from '../../cluster/api-error.ts';
import { learn } from '../../cluster/installation/learn.ts';
import { namespacePath } from '../../cluster/namespace-objects.ts';
import { gatherFamily } from '../../cluster/objects/gather-family.ts';
import { findResource, pathOf } from '../../cluster/objects/resources.ts';
import type { Circumstances } from '../../diagnosis/explanation/circumstances.ts';
import { explainNew, explainStored } from '../../diagnosis/explanation/explain-stored.ts';
import type { Explanation } from '../../diagnosis/explanation/explanation.ts';
import {
  type InstallationTroubles,
  installationTroubles,
} from '../../diagnosis/explanation/installation-troubles.ts';
import { kindOf, type ObjectKind } from '../../diagnosis/explanation/object-role.ts';
import type { Family } from '../../diagnosis/explanation/surroundings.ts';
import { type Fact, isKnown, known } from '../../diagnosis/fact.ts';
import { inheriting } from '../../diagnosis/inheriting.ts';
import type { Installation } from '../../diagnosis/installation.ts';
import { checkInstallation, checksFor } from '../../diagnosis/installation-checks.ts';
import { isClusterWide, ownConfiguration } from '../../diagnosis/registration.ts';
import { InjectorError } from '../../injector-error.ts';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { Labels } from '../../kubernetes/label-selector.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import { excludedBeside } from '../../namespaces/excluded-namespaces.ts';
import { readFacts } from '../../namespaces/namespace-facts.ts';
import { type SourcesInCluster, sourcesInCluster } from '../../namespaces/sources-in-cluster.ts';
import type { EngineChoice } from '../load-engine.ts';
import { type EngineInForce, engineInForce } from './engine-in-force.ts';
import { type ClusterUnderCheck, lookAfter } from './look-at-cluster.ts';

/** An explanation, and what could not be looked at for it. */
export interface ExplainedInCluster {
  readonly explanation: Explanation;
  readonly unknown: readonly string[];
}

/** Explains objects as one cluster would have them. */
export class ExplainingCluster {
  readonly #client: ApiClient;
  readonly #installation: Installation;
  readonly #troubles: InstallationTroubles;
  readonly #inForce: EngineInForce;
  readonly #namespaces = new Map<string, Promise<Fact<JsonObject | undefined>>>();

  private constructor(client: ApiClient, installation: Installation, inForce: EngineInForce) {
    this.#client = client;
    this.#installation = installation;
    this.#inForce = inForce;
    this.#troubles = installationTroubles(checkInstallation(checksFor(installation), installation));
  }

  /** Learns what is to be known of the injector; in the cluster's namespace a pod is tried by dry run. */
  static async connect(cluster: ClusterUnderCheck, choice: EngineChoice): Promise<ExplainingCluster> {
    const installation = await lookAfter(cluster);
    const inForce = await engineInForce(cluster.client, installation, choice);
    return new ExplainingCluster(cluster.client, installation, inForce);
  }

  /** Where the definitions are from. */
  get definitions(): string {
    return this.#inForce.definitions;
  }

  get workloadKinds(): readonly NamedWorkloadKind[] {
    return this.#inForce.engine.workloadKinds;
  }

  /** Explains an object that is to be created in a namespace. */
  async explainManifest(object: JsonObject, namespace: string): Promise<ExplainedInCluster> {
    const { circumstances, unknown } = await this.#circumstances(namespace, noFamily);
    return { explanation: explainNew(object, circumstances), unknown };
  }

  /** Explains an object that the cluster has. */
  async explainStored(object: JsonObject, namespace: string): Promise<ExplainedInCluster> {
    const { family, unknown } = isNamespace(kindOf(object))
      ? { family: noFamily, unknown: [] }
      : await gatherFamily(this.#client, object, namespace);
    const found = await this.#circumstances(namespace, family);
    return {
      explanation: explainStored(object, found.circumstances),
      unknown: [...found.unknown, ...unknown],
    };
  }

  /**
   * Reads the object that a person names.
   *
   * @throws InjectorError where there is none, or where it may not be read.
   */
  async read(kind: string, name: string, namespace: string): Promise<JsonObject> {
    const resource = await findResource(this.#client, kind);
    if (resource === undefined)
      throw new InjectorError(`the cluster has no resource "${kind}"; use pod, deployment, …`);
    const path = pathOf(resource, namespace, name);
    const object = await unlessMissing(this.#client.request({ method: 'GET', path })).catch(
      (cause: unknown) => {
        throw cause instanceof ApiError
          ? new InjectorError(`cannot read ${kind}/${name}: ${cause.answer}`, { cause })
          : cause;
      },
    );
    if (object !== undefined) return object;
    throw new InjectorError(`there is no ${resource.kind} "${name}" in namespace "${namespace}" (-n)`);
  }

  async #circumstances(namespace: string, family: Family) {
    const found = await this.#namespace(namespace);
    const labels = isKnown(found) ? known(labelsOf(found.value)) : found;
    const object = found.value;
    const { troubles, doubts, unknown } = this.#troubles;
    const sourcesIn = this.#sourcesIn(namespace, found);
    const circumstances: Circumstances = {
      engine: inheriting(this.#inForce.engine, pod => sourcesIn(namespace, pod)),
      surroundings: { namespace, labels, object, installation: this.#installation, troubles, doubts },
      family,
    };
    const unlabelled = isKnown(labels)
      ? []
      : [
          `whether namespace "${namespace}" opted out: ${labels.unknown}`,
          `what namespace "${namespace}" asks for: ${labels.unknown}; taken: the annotations of the object itself`,
        ];
    return { circumstances, unknown: [...this.#inForce.unknown, ...unlabelled, ...unknown] };
  }

  #namespace(name: string): Promise<Fact<JsonObject | undefined>> {
    const asked = this.#namespaces.get(name) ?? learn(this.#read(name));
    this.#namespaces.set(name, asked);
    return asked;
  }

  /** A namespace that is still to be made says nothing. */
  async #read(name: string): Promise<JsonObject | undefined> {
    const path = namespacePath(name);
    return unlessMissing(this.#client.request({ method: 'GET', path }));
  }

  #sourcesIn(name: string, found: Fact<JsonObject | undefined>): SourcesInCluster {
    const facts = found.value && readFacts(found.value, 'Namespace');
    const namespaces = isKnown(found) ? new Map(facts ? [[name, facts]] : []) : undefined;
    return sourcesInCluster({
      namespaces,
      rules: this.#inForce.rules,
      isClusterWide: isClusterWide(ownConfiguration(this.#installation)),
      excluded: excludedBeside(this.#installation.namespace),
    });
  }
}

function isNamespace({ group, kind }: ObjectKind): boolean {
  return group === '' && kind === 'Namespace';
}

function labelsOf(namespace: JsonObject | undefined): Labels {
  const labels = at(namespace, ['metadata', 'labels']);
  return (isObject(labels) ? labels : {}) as Labels;
}

const noFamily: Family = { owners: [], children: [], pods: [], services: [], failedCreations: [] };
