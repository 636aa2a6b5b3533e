import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { tool } from '../scripts/tools/tool.ts';
import { type Manifest, maxManifestBytes } from './rendered-manifests.ts';

export const chartDirectory = fileURLToPath(new URL('../deploy/chart', import.meta.url));

export interface ChartOptions {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly namespace?: string;
  readonly kubeVersion?: string;
}

/** What `helm template` says of the chart with values, hooks included. */
export function runTemplate({ values = {}, namespace = 'sidecar-injector', kubeVersion }: ChartOptions = {}) {
  const version = kubeVersion === undefined ? [] : ['--kube-version', kubeVersion];
  const args = [
    'template',
    'sidecar-injector',
    chartDirectory,
    '--namespace',
    namespace,
    '--values',
    '-',
    ...version,
  ];
  return spawnSync(tool('helm'), args, {
    input: JSON.stringify(values),
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: maxManifestBytes,
  });
}

/** The manifests that Helm makes of the chart, but for its hooks. */
export function templatedManifests(options: ChartOptions = {}): readonly Manifest[] {
  return allManifests(options).filter(manifest => !isHook(manifest));
}

/** What is there only while Helm deletes or tests a release. */
export function templatedHooks(options: ChartOptions = {}): readonly Manifest[] {
  return allManifests(options).filter(isHook);
}

function allManifests(options: ChartOptions): readonly Manifest[] {
  const { status, stdout, stderr } = runTemplate(options);
  if (status !== 0) throw new Error(`helm template: ${stderr}`);
  return parseAllDocuments(stdout)
    .map(document => document.toJS() as Manifest | null)
    .filter(manifest => manifest !== null);
}

function isHook({ metadata }: Manifest): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}
