import type { ApiClient } from '../../cluster/api-client.ts';
import { names } from '../../cluster/names.ts';
import { type Fact, isKnown } from '../../diagnosis/fact.ts';
import { type AgreedDefinitions, agreedDefinitions } from '../../diagnosis/versions/agreed-definitions.ts';
import { InjectorError } from '../../injector-error.ts';

type Client = Pick<ApiClient, 'request'>;

/** Asks the injector of a cluster what it has in force, as `version` does. */
export async function askInjector(client: Client): Promise<Fact<AgreedDefinitions>> {
  const { readInjectorVersion } = await import('../../cluster/injector-version.ts');
  return agreedDefinitions(await readInjectorVersion(client));
}

/**
 * The same for who has nothing else to go by.
 *
 * @throws InjectorError where it does not say.
 */
export async function mustAskInjector(client: Client, context: string): Promise<AgreedDefinitions> {
  const agreed = await askInjector(client);
  if (isKnown(agreed)) return agreed.value;
  const byRole = `the Role ${names.statusRole} lets you ask the injector (docs/operations.md)`;
  throw new InjectorError(
    `context ${context}: what the injector has in force is not known: ${agreed.unknown}; ${byRole}, ${elsewhere}`,
  );
}

/** What else one can do. */
export const elsewhere = '--sidecars DIR compares with the definitions in a directory instead';
