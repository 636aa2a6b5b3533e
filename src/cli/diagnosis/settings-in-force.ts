import type { ApiClient } from '../../cluster/api-client.ts';
import { learn } from '../../cluster/installation/learn.ts';
import { readSettings } from '../../cluster/objects/read-settings.ts';
import type { Config } from '../../config/config.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { type Fact, isKnown, known, unknown } from '../../diagnosis/fact.ts';
import type { JsonObject } from '../../kubernetes/json.ts';

/** The settings of an injector, as its Deployment gives them; undefined where there is no injector that could have any. */
export async function settingsInForce(
  client: Pick<ApiClient, 'request'>,
  deployment: Fact<JsonObject | undefined>,
): Promise<Fact<Config | undefined>> {
  if (!isKnown(deployment)) return deployment;
  if (deployment.value === undefined) return known(undefined);
  const stored = await learn(readSettings(client, deployment.value));
  if (!isKnown(stored)) return stored;
  const { flags, file } = stored.value;
  const reading = parseConfig({ flags, variables: {}, file });
  return reading.config ? known(reading.config) : unknown(reading.problems.join('; '));
}
