import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument, stringify } from 'yaml';
import { loadConfiguration } from '../../src/cli/load-engine.ts';
import { policyOf } from '../../src/cli/policy-of.ts';
import type { AnnotationSource } from '../../src/injection/inheritance/annotation-source.ts';
import type { PlaygroundState } from '../../src/playground/playground-state.ts';
import { programVersion } from '../../src/program-version.ts';
import type { SidecarFile } from '../../src/sidecars/sidecar-set.ts';
import { contribFiles, shippedFiles } from '../injection-fixture.ts';
import { runCommandLine } from './command-line.ts';

/** A case of `test/golden/` as a person has it: texts. */
export interface WrittenCase {
  readonly name: string;
  /** The pod in YAML and in JSON; with a Namespace before it where the namespace counts. */
  readonly texts: readonly [yaml: string, json: string];
}

/** Cases of an injector with one configuration and one set of definitions. */
export interface GoldenGroup {
  readonly config: string;
  readonly files: readonly SidecarFile[];
  readonly cases: readonly WrittenCase[];
}

const golden = fileURLToPath(new URL('../golden/', import.meta.url));

/** All cases, those together that one page can show. */
export function goldenGroups(): readonly GoldenGroup[] {
  const names = readdirSync(golden, { withFileTypes: true }).filter(entry => entry.isDirectory());
  const groups = new Map<string, GoldenGroup & { readonly cases: WrittenCase[] }>();
  for (const { name } of names) {
    const { config, files, written } = readCase(name);
    const key = JSON.stringify([config, files]);
    const group = groups.get(key) ?? { config, files, cases: [] };
    group.cases.push(written);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function readCase(name: string) {
  const directory = join(golden, name);
  const present = readdirSync(directory);
  const read = (file: string) =>
    present.includes(file) ? readFileSync(join(directory, file), 'utf8') : undefined;
  const sources: readonly AnnotationSource[] = parse(read('sources.yaml') ?? '[]');
  const pod = read('pod.yaml') ?? '';
  const texts = textsOf(pod, sources, name);
  const own = present.includes('sidecars') ? filesIn(join(directory, 'sidecars')) : [];
  const library = name.startsWith('contrib-') ? contribFiles : [];
  const files = [...shippedFiles, ...library, ...own];
  return { config: configOf(read('config.yaml'), sources), files, written: { name, texts } };
}

function filesIn(directory: string): readonly SidecarFile[] {
  return readdirSync(directory).map(name => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
}

/** What rules give stands in the configuration. */
function configOf(text: string | undefined, sources: readonly AnnotationSource[]): string {
  const rules = sources.filter(({ from }) => from.startsWith('rule '));
  const inject = rules.length === 0 ? {} : { inject: rules.map(({ annotations }) => ({ annotations })) };
  return stringify({ ...parse(text ?? '{}'), ...inject });
}

/**
 * What a namespace gives stands in a Namespace before the pod. It has a name of its own, for all cases are injected together;
 * but where a pod says already what it has from where.
 */
function textsOf(
  pod: string,
  sources: readonly AnnotationSource[],
  ownName: string,
): readonly [string, string] {
  const source = sources.find(({ from }) => from.startsWith('namespace '));
  if (source === undefined) return [pod, inJson(parse(pod))];
  const name = pod.includes(source.from) ? source.from.replace('namespace ', '') : ownName;
  const metadata = {
    ...{ name, labels: { 'sidecar.io/inject': 'enabled' } },
    annotations: source.annotations,
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata };
  const document = parseDocument(pod);
  document.setIn(['metadata', 'namespace'], name);
  const items = [namespace, document.toJS()];
  return [`${stringify(namespace)}---\n${document}`, inJson({ apiVersion: 'v1', kind: 'List', items })];
}

function inJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What the page is told of the injector of a group, and what the command line makes of the texts of its cases. */
export async function judged({ config, files, cases }: GoldenGroup, directory: string) {
  const [sidecars, manifests] = [join(directory, 'sidecars'), join(directory, 'manifests')];
  for (const folder of [sidecars, manifests]) mkdirSync(folder);
  for (const { name, text = '' } of files) writeFileSync(join(sidecars, name), text);
  const configFile = join(directory, 'config.yaml');
  writeFileSync(configFile, config);
  const paths = cases.map(({ name, texts: [yaml, json] }) => {
    const [yamlFile, jsonFile] = [join(manifests, `${name}.yaml`), join(manifests, `${name}.json`)];
    writeFileSync(yamlFile, yaml);
    writeFileSync(jsonFile, json);
    return [yamlFile, jsonFile] as const;
  });
  const engine = ['--sidecars', sidecars, '--config', configFile];
  runCommandLine(['inject', '-f', manifests, '--write', ...engine]);
  const after = paths.map(files => files.map(file => readFileSync(file, 'utf8')));
  return { state: await stateOf(configFile, files), after };
}

async function stateOf(configFile: string, files: readonly SidecarFile[]): Promise<PlaygroundState> {
  const config = await loadConfiguration({ config: configFile });
  const { defaults, images, inject: rules, workloads, workloadKinds } = config;
  const policy = policyOf(config, config.nativeSidecars !== 'never');
  return {
    ...{ version: programVersion, isLive: false, files, policy, rules, workloads, workloadKinds },
    settings: { defaults, images },
  };
}
