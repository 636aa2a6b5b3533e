import { at, isObject } from '../../kubernetes/json.ts';

/** Who controls an object. */
export interface Controller {
  readonly kind: string;
  readonly name: string;
}

/** The controller of an object; undefined where it has none. */
export function controllerOf(metadata: unknown): Controller | undefined {
  const references = at(metadata, ['ownerReferences']);
  const controller = (Array.isArray(references) ? references : [])
    .filter(isObject)
    .find(reference => reference['controller'] === true);
  return controller && { kind: String(controller['kind']), name: String(controller['name']) };
}

/** As kubectl takes it: `deployment/web`. */
export function objectName({ kind, name }: Controller): string {
  return `${kind.toLowerCase()}/${name}`;
}

/**
 * Remembers who controls what stands between a pod and the object that a person knows, so that the pods of a Deployment are
 * not named by its ReplicaSet. Two names of each are kept, and nothing else.
 */
export class Owners {
  readonly #controllers = new Map<string, string>();

  /** Remembers an object that somebody controls. */
  remember(namespace: string, object: Controller, controller: Controller): void {
    this.#controllers.set(`${namespace}/${objectName(object)}`, objectName(controller));
  }

  /** What a person knows a pod by: the object that makes it, or what makes that; the pod itself where nobody does. */
  ofPod(metadata: { readonly namespace: string; readonly name: string }): string {
    const controller = controllerOf(metadata);
    const name = objectName(controller ?? { kind: 'Pod', name: metadata.name });
    return this.#controllers.get(`${metadata.namespace}/${name}`) ?? name;
  }
}
