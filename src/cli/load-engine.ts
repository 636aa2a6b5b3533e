import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { options } from '../config/options.ts';
import { createInjector, type Injector } from '../injection/inject.ts';
import type { InjectionPolicy } from '../injection/policy.ts';
import { InjectorError } from '../injector-error.ts';
import { readSidecarFiles } from '../sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../sidecars/sidecar-set.ts';
import { attempt } from './attempt.ts';
import { type CountingRules, countingRules } from './counting-rules.ts';
import { policyOf } from './policy-of.ts';
import { shippedFile } from './shipped-file.ts';

/** Where the engine of a command gets its definitions and its configuration from. */
export interface EngineChoice {
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespaces?: string | undefined;
}

/** The engine of the webhook, where there is no cluster to ask. */
export interface Engine extends CountingRules {
  readonly config: Config;
  readonly sidecars: SidecarSet;
  readonly policy: InjectionPolicy;
  readonly injector: Injector;
}

/**
 * Reads configuration and definitions as `serve` does. No API server is asked whether it has native sidecars, so they are
 * there unless the configuration says `never`. A definition that cannot be used stops nothing: who asks for it is told.
 *
 * @throws InjectorError where the configuration or the directory cannot be read.
 */
export async function loadEngine(choice: EngineChoice, by?: InjectionPolicy['by']): Promise<Engine> {
  const config = await loadConfiguration(choice);
  const directory = choice.sidecars === undefined ? existing(config.sidecars) : config.sidecars;
  const reading = readSidecarFiles(directory);
  const files = await attempt(`cannot read the definitions in "${directory}" (--sidecars)`, reading);
  const sidecars = nextSidecarSet(emptySidecarSet, files, config);
  const policy = policyOf(config, config.nativeSidecars !== 'never');
  const injector = createInjector(sidecars, by === undefined ? policy : { ...policy, by });
  return { config, sidecars, policy, injector, ...countingRules(config.inject, { sidecars, policy }) };
}

/** Where a repository of manifests has no definitions of its own, those count that come with the program. */
function existing(directory: string): string {
  return directory === options.sidecars.default && !existsSync(directory)
    ? shippedFile('sidecars')
    : directory;
}

/**
 * Reads the configuration of `serve`.
 *
 * @throws InjectorError with all that is wrong with it.
 */
export async function loadConfiguration({
  kubeconfig,
  sidecars,
  namespaces,
  config: file,
}: EngineChoice): Promise<Config> {
  const flags = Object.entries({ kubeconfig, sidecars, namespaces, config: file }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
  const { config, problems } = { config: undefined, problems: undefined, ...(await loadConfig(flags)) };
  if (config === undefined) throw new InjectorError((problems ?? []).join('\n'));
  return config;
}
