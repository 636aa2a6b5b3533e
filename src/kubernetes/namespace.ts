import { checkFields, type FieldShape } from './field-shape.ts';
import { type ObjectMeta, objectMetaShape } from './pod.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/ */
export interface Namespace {
  readonly metadata: ObjectMeta;
}

/**
 * Takes parsed JSON for a Namespace without copying it, after checking every field that is read here.
 *
 * @throws MalformedObjectError with the path of the first field that is not what the Kubernetes API defines.
 */
export function readNamespace(value: unknown, root = 'object'): Namespace {
  checkFields(value, namespaceShape, root);
  return value as Namespace;
}

const namespaceShape: FieldShape = { required: ['metadata'], fields: { metadata: objectMetaShape } };
