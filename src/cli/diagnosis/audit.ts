import type { ApiClient } from '../../cluster/api-client.ts';
import type { Config } from '../../config/config.ts';
import type { AuditEngine } from '../../diagnosis/audit/audit-engine.ts';
import type { AuditFinding } from '../../diagnosis/audit/audit-finding.ts';
import { isKnown } from '../../diagnosis/fact.ts';
import { definitionsInForce } from '../../diagnosis/versions/definitions-in-force.ts';
import { createInjector } from '../../injection/inject.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { withPodOptions } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { compareWithInjector } from '../compare-with-injector.ts';
import { connectToContext } from '../connect-to-context.ts';
import { countingRules } from '../counting-rules.ts';
import { readDefinitions } from '../load-definitions.ts';
import { loadConfiguration } from '../load-engine.ts';
import { outputOption } from '../output-option.ts';
import { policyOf } from '../policy-of.ts';
import { print, tell } from '../print.ts';
import { table } from '../table.ts';
import { whereInWords } from '../where-in-words.ts';
import type { ClusterAudit } from './audit-cluster.ts';

/** Looks through a cluster for what is not as its annotations and these definitions would have it. */
export const audit = defineCommand({
  name: 'audit',
  description: `Looks through a namespace or the whole cluster by the definitions of this checkout, and changes nothing:
which pods run without a sidecar that they, their namespace or a rule of the configuration ask for, which have one of an older definition, which annotations no definition
knows, and whose pods will be refused at the next rollout, or when they are created again.

With the definitions that you are about to apply it says what they would break. Settings are those of the injector in the
cluster, unless --config names a file with others. Pods of one workload that have the same are
one line; the context and a summary are told on standard error.`,
  examples: [
    ['audit -A', 'the whole cluster'],
    ['audit -A --sidecars drafts', 'what would these definitions break?'],
    ['audit -n shop -o json', 'one namespace, for a program'],
  ],
  exits: {
    ok: 'nothing was found',
    failure: 'something could not be listed',
    findings: 'something was found',
  },
  parser: parser => withPodOptions(parser).addOption(outputOption(['text', 'json'])),
  run: async ({ options: { output, allNamespaces, selector, ...choice } }) => {
    const local = await loadConfiguration(choice);
    const { client, ...connected } = await connectToContext({ ...choice, kubeconfig: local.kubeconfig });
    const namespace = allNamespaces ? undefined : (choice.namespace ?? connected.namespace ?? 'default');
    const selection = { namespace, selector };
    const config = choice.config === undefined ? await configOfCluster(client, local) : local;
    const set = await readDefinitions(local.sidecars, config);
    tell(`${whereInWords(connected.name, selection)}, definitions in ${local.sidecars}`);
    const comparing = compareWithInjector(client, definitionsInForce(set, config));
    const { auditCluster } = await import('./audit-cluster.ts');
    const { learnSources } = await import('../namespaces/learn-sources.ts');
    const policy = policyOf(config, await areNativeSidecarsAvailable(config, client));
    const { rules, leftOut } = countingRules(config.inject, { sidecars: set, policy });
    const { sourcesIn, unknown } = await learnSources(client, rules, namespace);
    for (const line of [...leftOut, ...unknown]) tell(line);
    const found = await auditCluster({
      client,
      selection,
      engine: engineFor(config, set, policy),
      sourcesIn,
      workloadKinds: config.workloadKinds,
    });
    const about = { context: connected.name, definitions: local.sidecars };
    await print(output === 'json' ? inJson(about, found) : inText(found));
    for (const kind of found.missingKinds) tell(`the cluster has no ${kind}, which workloadKinds names`);
    const note = await comparing;
    if (note !== undefined) tell(note);
    tell(summaryOf(found));
    return found.findings.length > 0 ? exitCodes.findings : exitCodes.ok;
  },
});

/** The settings of the injector in the cluster; those here where it has none, or where they cannot be read, which is told. */
async function configOfCluster(client: ApiClient, local: Config): Promise<Config> {
  const { readDeployment } = await import('../../cluster/installation/read-deployment.ts');
  const { settingsInForce } = await import('./settings-in-force.ts');
  const settings = await settingsInForce(client, await readDeployment(client));
  if (!isKnown(settings)) tell(`the settings of the injector: ${settings.unknown}; taken: the defaults`);
  return settings.value ?? local;
}

async function areNativeSidecarsAvailable({ nativeSidecars }: Config, client: ApiClient): Promise<boolean> {
  if (nativeSidecars !== 'auto') return nativeSidecars === 'always';
  const { readServerVersion, hasNativeSidecars } = await import('../../cluster/server-version.ts');
  return hasNativeSidecars(await readServerVersion(client));
}

function engineFor({ workloads }: Config, set: SidecarSet, policy: InjectionPolicy): AuditEngine {
  const plans = new PlanMemory(set, policy);
  return {
    injector: createInjector(set, policy),
    planFor: (pod, inheritance, versions) => plans.planFor(pod, inheritance, versions),
    workloads,
  };
}

/** Findings as a program reads them. */
function inJson(
  about: { readonly context: string; readonly definitions: string },
  { pods, workloads, findings }: ClusterAudit,
): string {
  const report = {
    ...about,
    judged: { pods, workloads },
    findings: findings.map(({ namespace, object, sidecar, code, message, from, pods: names }) => ({
      namespace,
      object,
      sidecar,
      code,
      message,
      from,
      pods: names,
    })),
    counts: countCodes(findings),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function inText({ findings }: ClusterAudit): string {
  if (findings.length === 0) return '';
  const rows = findings.map(({ namespace, object, sidecar, code, message, pods }) => [
    namespace,
    object,
    sidecar,
    code,
    `${podsInWords(object, pods)}${message}`,
  ]);
  return table([['NAMESPACE', 'OBJECT', 'SIDECAR', 'CODE', 'MESSAGE'], ...rows]);
}

/** Which pods of an object a finding is about, before what it says of them. */
function podsInWords(object: string, [first, ...more]: readonly string[]): string {
  if (first === undefined || object === `pod/${first}`) return '';
  return more.length === 0 ? `${first}: ` : `${first} and ${more.length} more: `;
}

function summaryOf({ pods, workloads, findings }: ClusterAudit): string {
  const judged = `${counted(pods, 'pod')} and ${counted(workloads, 'workload')} judged`;
  if (findings.length === 0) return `${judged}: nothing found`;
  const codes = Object.entries(countCodes(findings)).map(([code, count]) => `${count} ${code}`);
  return `${judged}: ${counted(findings.length, 'finding')} (${codes.join(', ')})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function countCodes(findings: readonly AuditFinding[]): Readonly<Record<string, number>> {
  const byCode = Map.groupBy(findings, ({ code }) => code);
  return Object.fromEntries([...byCode].map(([code, those]) => [code, those.length]));
}
