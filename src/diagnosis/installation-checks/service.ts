import { at, isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { failure, ok } from '../diagnosis.ts';
import { differencesOf } from '../differences.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { ownName } from '../registration.ts';
import { shippedService } from '../shipped-installation.ts';

export const service: InstallationCheck = {
  name: 'service',
  category: 'service',
  title: 'the Service leads to the port of the injector',
  judge: ({ service, namespace }) => {
    if (!isKnown(service)) return unread(`service ${namespace}/${ownName}`, service);
    const again = 'apply the manifests again: kubectl apply --filename deploy/install.yaml';
    if (service.value === undefined) {
      return failure('service-missing', `there is no Service "${ownName}" in namespace ${namespace}`, again);
    }
    // Somebody's own way to an injector that is no pod.
    const elsewhere = at(service.value, ['spec', 'externalName']);
    if (elsewhere !== undefined) return ok(`to ${elsewhere}, outside of the pods`);
    const { port, selector } = partsOf(service.value);
    const shipped = partsOf(shippedService);
    if (differencesOf(shipped.port, port).length > 0) {
      return failure(
        'service-changed',
        `Service ${namespace}/${ownName} has no port ${inWords(shipped.port)}, but ${inWords(port)}`,
        again,
      );
    }
    const lost = Object.entries(shipped.selector).find(([key, value]) => selector[key] !== value);
    if (lost === undefined) return ok();
    return failure(
      'service-changed',
      `Service ${namespace}/${ownName} does not select ${lost.join('=')}`,
      again,
    );
  },
};

interface Parts {
  readonly port: JsonObject;
  readonly selector: JsonObject;
}

function partsOf({ spec }: JsonObject): Parts {
  const [ports, selector] = [at(spec, ['ports']), at(spec, ['selector'])];
  const { port = null, targetPort = null } = portOf(ports) ?? {};
  return { port: { port, targetPort }, selector: isObject(selector) ? selector : {} };
}

/** The one that the registration names. */
function portOf(ports: unknown): JsonObject | undefined {
  const list = (Array.isArray(ports) ? ports : []) as readonly JsonObject[];
  return list.find(({ port }) => port === 443) ?? list[0];
}

function inWords({ port, targetPort }: { readonly [key: string]: Json }): string {
  return `${port} to ${targetPort}`;
}
