import type { PresentObject, Right } from '../../diagnosis/installation.ts';
import { type ShippedObject, shippedObjects, shippedRules } from '../../diagnosis/shipped-installation.ts';
import { at, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { names } from '../names.ts';

type Client = Pick<ApiClient, 'request'>;

/**
 * The rights that applying the manifests takes and that whoever asks has not, as the API server says:
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function readMissingRights(client: Client): Promise<readonly Right[]> {
  const needed = neededRights();
  const answers = await Promise.all(needed.map(right => isAllowed(client, right)));
  return needed.filter((_right, index) => answers[index] === false);
}

/** The objects that the manifests would make and that are there, of those that have one fixed name. */
export async function readPresentObjects(client: Client): Promise<readonly PresentObject[]> {
  const found = await Promise.all(shippedObjects.map(object => readObject(client, object)));
  return found.filter(object => object !== undefined);
}

/** Each once; whoever makes a role must be allowed what it grants, or be allowed to escalate. */
function neededRights(): readonly Right[] {
  const applying = shippedObjects.flatMap(({ group, resource, namespace }) =>
    ['get', 'create', 'patch'].map(verb => ({ verb, group, resource, namespace })),
  );
  const rights = [...applying, ...shippedRules.flatMap(rightsOf)];
  return [...new Map(rights.map(right => [JSON.stringify(right), right])).values()];
}

function rightsOf(rule: JsonObject): readonly Right[] {
  const [group = ''] = texts(rule['apiGroups']);
  const namespace = typeof rule['namespace'] === 'string' ? rule['namespace'] : undefined;
  const resourceNames = texts(rule['resourceNames']);
  return texts(rule['resources']).flatMap(resource =>
    texts(rule['verbs']).flatMap(verb =>
      (resourceNames.length === 0 ? [undefined] : resourceNames).map(name => ({
        verb,
        group,
        resource,
        namespace,
        name,
      })),
    ),
  );
}

async function isAllowed(
  client: Client,
  { verb, group, resource, namespace, name }: Right,
): Promise<boolean> {
  const resourceAttributes = { verb, group, resource, namespace: namespace ?? '', name: name ?? '' };
  const review = await client.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    contentType: 'application/json',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
  });
  return at(review, ['status', 'allowed']) === true;
}

async function readObject(client: Client, object: ShippedObject): Promise<PresentObject | undefined> {
  const { prefix, resource, namespace, name, kind } = object;
  if (name === undefined) return undefined;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const path = `${prefix}${place}/${resource}/${name}`;
  const found = await unlessMissing(client.request({ method: 'GET', path }));
  if (found === undefined) return undefined;
  const isOurs = at(found, ['metadata', 'labels', 'app.kubernetes.io/name']) === names.service;
  return { kind, name, isOurs };
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
