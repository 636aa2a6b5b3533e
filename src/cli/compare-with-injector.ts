import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../cluster/api-client.ts';
import { compareDefinitions, differencesInWords } from '../diagnosis/versions/compare-definitions.ts';
import type { DefinitionInForce } from '../diagnosis/versions/injector-version.ts';
import { answered } from '../diagnosis/versions/told-versions.ts';

/**
 * Says in a line where the definitions here are not those that the injector has in force; undefined where they are, or
 * where nobody tells. It is a note beside what was asked for: it never rejects, and it does not make anybody wait who
 * may not ask the injector, or whose API server does not reach it.
 */
export async function compareWithInjector(
  client: Pick<ApiClient, 'request'>,
  here: readonly DefinitionInForce[],
  withinMs = 2000,
): Promise<string | undefined> {
  const giveUp = new AbortController();
  const late = sleep(withinMs, undefined, { signal: giveUp.signal, ref: false }).catch(() => undefined);
  const comparing = compare(client, here).catch(() => undefined);
  return Promise.race([comparing, late]).finally(() => giveUp.abort());
}

async function compare(
  client: Pick<ApiClient, 'request'>,
  here: readonly DefinitionInForce[],
): Promise<string | undefined> {
  const { readInjectorVersion } = await import('../cluster/injector-version.ts');
  const replicas = answered(await readInjectorVersion(client));
  const words = replicas
    .map(({ version }) => differencesInWords(compareDefinitions(here, version.definitions)))
    .find(found => found !== undefined);
  return words && `the definitions here are not those that the cluster has in force: ${words}`;
}
