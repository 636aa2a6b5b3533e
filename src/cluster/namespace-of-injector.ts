import { at, type JsonObject } from '../kubernetes/json.ts';
import { names } from './names.ts';

/** Where the Service is that the registration names; where `deploy/` puts it where there is none to tell. */
export function namespaceOfInjector(registration: JsonObject | undefined): string {
  const webhooks = registration?.['webhooks'];
  const services = (Array.isArray(webhooks) ? webhooks : []).map(webhook =>
    at(webhook, ['clientConfig', 'service']),
  );
  const service = services.find(candidate => at(candidate, ['name']) === names.service);
  return String(at(service, ['namespace']) ?? names.namespace);
}
