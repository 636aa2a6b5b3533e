import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { policyOf } from '../../src/cli/policy-of.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { type Pod, readPod } from '../../src/kubernetes/pod.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../../src/sidecars/sidecar-set.ts';

/** The pod that the README shows. */
export const examplePod = 'docs/examples/pod.yaml';

export interface InjectedExample {
  readonly before: Pod;
  readonly after: Pod;
}

/** The pod of a manifest before and after the webhook, with the settings that nobody has changed. */
export function injectedExample(manifest: string, definitions: readonly SidecarFile[]): InjectedExample {
  const before = readPod(parse(readFileSync(new URL(`../../${manifest}`, import.meta.url), 'utf8')));
  const { config } = parseConfig({ flags: [], variables: {} });
  if (config === undefined) throw new Error('the default settings contradict each other');
  const decision = inject(before, nextSidecarSet(emptySidecarSet, definitions), policyOf(config, true));
  if (decision.outcome !== 'injected')
    throw new Error(`${manifest}: ${decision.outcome}, so there is no picture`);
  return { before, after: applyPatch(before, decision.operations) };
}
