import type { ApiClient } from '../../cluster/api-client.ts';
import type { Config } from '../../config/config.ts';
import { isKnown } from '../../diagnosis/fact.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';

/** The settings that count in a cluster. */
export interface SettingsForPods {
  readonly config: Config;
  readonly rules: readonly InjectionRule[];
  /** Why they are not known, in words; empty where they are. */
  readonly unknown: readonly string[];
}

/** Those of the injector there, unless somebody names a configuration; those here where the cluster has no injector. */
export async function settingsForPods(
  client: Pick<ApiClient, 'request'>,
  choice: { readonly config?: string | undefined },
  local: Config,
): Promise<SettingsForPods> {
  if (choice.config !== undefined) return { config: local, rules: local.inject, unknown: [] };
  const { readDeployment } = await import('../../cluster/installation/read-deployment.ts');
  const { settingsInForce } = await import('../diagnosis/settings-in-force.ts');
  const settings = await settingsInForce(client, await readDeployment(client));
  if (isKnown(settings)) {
    const config = settings.value ?? local;
    return { config, rules: config.inject, unknown: [] };
  }
  const unknown = [`the rules of the injector: ${settings.unknown}; taken: none`];
  return { config: local, rules: [], unknown };
}
