import type { ApiClient } from '../../cluster/api-client.ts';
import { hasNativeSidecars } from '../../cluster/server-version.ts';
import { clusterDefinitions } from '../../diagnosis/cluster-definitions.ts';
import type { Engine } from '../../diagnosis/explanation/engine.ts';
import { judgingEngine } from '../../diagnosis/explanation/judging-engine.ts';
import { isKnown, known } from '../../diagnosis/fact.ts';
import type { Installation } from '../../diagnosis/installation.ts';
import { compiledSidecars, isByPoliciesAlone } from '../../diagnosis/sidecar-policies.ts';
import { shownList } from '../../injection/shown-value.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { readSidecarFiles } from '../../sidecars/sidecar-directory.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarSet,
  type SidecarSettings,
} from '../../sidecars/sidecar-set.ts';
import { attempt } from '../attempt.ts';
import { countingRules } from '../counting-rules.ts';
import { type EngineChoice, loadConfiguration } from '../load-engine.ts';
import { policyOf } from '../policy-of.ts';
import { settingsInForce } from './settings-in-force.ts';

/** What decides in a cluster. */
export interface EngineInForce {
  readonly engine: Engine;
  /** What the operator has put into pods without a word of their own. */
  readonly rules: readonly InjectionRule[];
  /** Where the definitions are from, in words. */
  readonly definitions: string;
  /** What could not be learnt, and what was taken instead. */
  readonly unknown: readonly string[];
}

/**
 * The engine as the injector of a cluster has it: its settings from its Deployment, the definitions from the ConfigMap, and
 * what the API server is able to do. Whoever names others is judged by those.
 *
 * @throws InjectorError where what somebody names cannot be read.
 */
export async function engineInForce(
  client: Pick<ApiClient, 'request'>,
  installation: Installation,
  choice: EngineChoice,
): Promise<EngineInForce> {
  const settings =
    choice.config === undefined ? await settingsInForce(client, installation.deployment) : known(undefined);
  const config = settings.value ?? (await loadConfiguration({ config: choice.config }));
  const { set, where, missing } = await definitionsFor(installation, choice, config);
  const { server } = installation;
  const { nativeSidecars } = config;
  const areAvailable =
    nativeSidecars === 'auto'
      ? !isKnown(server) || hasNativeSidecars(server.value)
      : nativeSidecars === 'always';
  const policy = policyOf(config, areAvailable);
  const { rules, leftOut } = countingRules(config.inject, { sidecars: set, policy });
  return {
    engine: judgingEngine(config, set, { policy, rules }),
    rules,
    definitions: where,
    unknown: [
      ...(isKnown(settings)
        ? []
        : [`the settings of the injector: ${settings.unknown}; taken: the defaults`]),
      ...missing,
      ...leftOut,
    ],
  };
}

interface Definitions {
  readonly set: SidecarSet;
  readonly where: string;
  readonly missing: readonly string[];
}

async function definitionsFor(
  installation: Installation,
  { sidecars }: EngineChoice,
  settings: SidecarSettings,
): Promise<Definitions> {
  const { definitions, namespace } = installation;
  if (sidecars !== undefined) return { ...(await definitionsIn(sidecars, settings)), missing: [] };
  if (isByPoliciesAlone(installation) && definitions.value === undefined) {
    const { sidecars: directory } = await loadConfiguration({});
    const found = await definitionsIn(directory, settings);
    return { ...found, missing: notCompiledOf(found.set, directory, installation) };
  }
  if (isKnown(definitions)) {
    const where = `ConfigMap ${namespace}/sidecar-injector-sidecars`;
    return { set: clusterDefinitions(installation, settings), where, missing: [] };
  }
  const { sidecars: directory } = await loadConfiguration({});
  const missing = [
    `the definitions in force: ${definitions.unknown}; taken: those in "${directory}" (--sidecars)`,
  ];
  return { ...(await definitionsIn(directory, settings)), missing };
}

/** Policies bring no definitions along, only their hashes. */
function notCompiledOf(
  { sidecars }: SidecarSet,
  directory: string,
  installation: Installation,
): readonly string[] {
  const others = [...compiledSidecars(installation)]
    .filter(([name, hashes]) => !hashes.has(sidecars.get(name)?.hash ?? ''))
    .map(([name]) => name);
  if (others.length === 0) return [];
  return [
    `what policies put in as ${shownList(others)}: they were compiled of other definitions than those in "${directory}", which are taken (--sidecars)`,
  ];
}

async function definitionsIn(directory: string, settings: SidecarSettings) {
  const reading = readSidecarFiles(directory);
  const files = await attempt(`cannot read the definitions in "${directory}" (--sidecars)`, reading);
  return { set: nextSidecarSet(emptySidecarSet, files, settings), where: `directory ${directory}` };
}
