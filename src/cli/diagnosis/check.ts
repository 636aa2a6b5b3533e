import { setTimeout as pause } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../config/duration.ts';
import type { Installation } from '../../diagnosis/installation.ts';
import { checkInstallation, checksBefore, checksFor } from '../../diagnosis/installation-checks.ts';
import { injectorsOf, isByPoliciesAlone } from '../../diagnosis/sidecar-policies.ts';
import { contextOption, kubeconfigOption, namespaceOption } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { outputOption } from '../output-option.ts';
import { print, tell } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { type CheckReport, countsOf, jsonReport, shortReport, textReport, worstOf } from './check-report.ts';
import { type ClusterUnderCheck, connectToCluster, lookAfter, lookBefore } from './look-at-cluster.ts';

/** Says of an installation, or of a cluster that is to get one, what is well and what is not. */
export const check = defineCommand({
  name: 'check',
  description: `Looks at the installation in a cluster: a line for each thing that is to be so, with √ where it is, ‼ where
it may be in the way and × where it is. Below those that are not well stands why, what to do, and where to read more. It ends
with a pod that is created by dry run, through the webhook.

Nothing is changed. What you may not read is told as that, and is never taken for well.`,
  examples: [
    ['check --pre', 'may I install here, and will it work?'],
    ['check', 'is all well?'],
    ['check --wait 2m', 'in a script, after the manifests were applied'],
    ['check -o json', 'for a program'],
  ],
  exits: {
    ok: 'nothing fails; there may be warnings',
    failure: 'there is no such context, or the kubeconfig cannot be read',
    findings: 'something fails',
  },
  parser: parser =>
    parser
      .option('--pre', 'look at a cluster before the manifests are applied')
      .addOption(waitOption)
      .addOption(namespaceOption)
      .addOption(contextOption)
      .addOption(kubeconfigOption)
      .addOption(outputOption(['text', 'short', 'json'])),
  run: async ({ options }) => {
    const cluster = await connectToCluster(options);
    const look = () => (options.pre === true ? reportBefore(cluster) : reportAfter(cluster));
    const report = options.wait === undefined ? await look() : await waitUntilWell(look, options.wait);
    await print(forms[options.output](report));
    tell(`${countsOf(report.results)}; context ${report.context}, ${inWords(report)}`);
    return worstOf(report.results) === 'failure' ? exitCodes.findings : exitCodes.ok;
  },
});

const waitOption = new Option(
  '--wait <duration>',
  'look again until nothing fails, for at most this long, as in 90s or 2m',
).argParser<number>(text => {
  const duration = parseDuration(text);
  if (duration === undefined) throw new UsageError(`--wait: got "${text}"; use a duration such as 90s or 2m`);
  return duration.milliseconds;
});

const forms = { text: textReport, short: shortReport, json: jsonReport };

async function reportBefore(cluster: ClusterUnderCheck): Promise<CheckReport> {
  const installation = await lookBefore(cluster);
  return reportOf(cluster, installation, checkInstallation(checksBefore, installation));
}

async function reportAfter(cluster: ClusterUnderCheck): Promise<CheckReport> {
  const installation = await lookAfter(cluster);
  return reportOf(cluster, installation, checkInstallation(checksFor(installation), installation));
}

function reportOf(
  { context, namespace }: ClusterUnderCheck,
  installation: Installation,
  results: CheckReport['results'],
): CheckReport {
  const injectorNamespace = installation.namespace;
  const injectedBy = injectedByOf(installation);
  return { context: context.name, injectorNamespace, namespace, injectedBy, results };
}

function injectedByOf(installation: Installation): CheckReport['injectedBy'] {
  if (isByPoliciesAlone(installation)) return ['policies'];
  return injectorsOf(installation).policies ? ['policies', 'webhook'] : ['webhook'];
}

/** Who puts sidecars in. */
function inWords({ injectedBy, injectorNamespace }: CheckReport): string {
  const injector = `injector in namespace ${injectorNamespace}`;
  if (!injectedBy.includes('policies')) return injector;
  const policies = 'policies of the API server';
  return injectedBy.includes('webhook') ? `${policies} and ${injector}` : policies;
}

/** Looks again and again; says on standard error what is missing, each time that it is something else. */
async function waitUntilWell(look: () => Promise<CheckReport>, withinMs: number): Promise<CheckReport> {
  const end = Date.now() + withinMs;
  let told = '';
  for (;;) {
    const report = await look();
    const failures = report.results.filter(({ outcome }) => outcome === 'failure').map(({ check }) => check);
    if (failures.length === 0 || Date.now() + pauseMs > end) return report;
    const missing = `waiting for ${failures.join(', ')}`;
    if (missing !== told) tell(missing);
    told = missing;
    await pause(pauseMs);
  }
}

const pauseMs = 2000;
