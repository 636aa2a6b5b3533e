/** Writes every generated file of the project. A test fails when one of them is not what this writes. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitionJsonSchema } from '../src/sidecars/schema/json-schema.ts';
import { architecturePage } from './generate-architecture-page.ts';
import { chartFiles, chartTemplateFiles } from './generate-chart.ts';
import { cliPage } from './generate-cli-page.ts';
import { contribPages } from './generate-contrib-pages.ts';
import { annotationsPage, configurationPage, notice, reasonsPage } from './generate-docs.ts';
import { hasKubectl, installManifest } from './generate-install.ts';
import { generateKubernetesTypes } from './generate-kubernetes-types.ts';
import { policiesPage, policyManifests } from './generate-policies.ts';
import { generateShippedInstallation } from './generate-shipped-installation.ts';
import { sidecarsPage } from './generate-sidecars-page.ts';
import { examplePod, injectedExample } from './pictures/injected-example.ts';
import { podPicture } from './pictures/pod-picture.ts';
import { withRequestDiagram } from './pictures/request-diagram.ts';

/** The generated files: their path in the project, and their text. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const example = injectedExample(examplePod, definitionFiles());
  return new Map([
    ['README.md', withRequestDiagram(readText('README.md'), example.after)],
    ['src/sidecars/schema/kubernetes-types.ts', generateKubernetesTypes()],
    ['src/diagnosis/shipped-installation.ts', generateShippedInstallation()],
    ['sidecars/sidecar.schema.json', `${JSON.stringify(definitionJsonSchema(), null, 1)}\n`],
    ['docs/architecture.md', architecturePage(notice)],
    ...contribPages(notice),
    ['docs/annotations.md', annotationsPage(definitionFiles())],
    ['docs/sidecars.md', sidecarsPage(notice)],
    ['docs/reasons.md', reasonsPage()],
    ['docs/configuration.md', configurationPage()],
    ['docs/cli.md', await cliPage(notice)],
    ['docs/policies.md', policiesPage(notice)],
    ...policyManifests(),
    ['docs/pictures/pod.svg', podPicture(example)],
    ...chartFiles(),
  ]);
}

/** The generated files for which kubectl has to render `deploy/`. */
export function renderedFiles(): ReadonlyMap<string, string> {
  return new Map([['deploy/install.yaml', installManifest()], ...chartTemplateFiles()]);
}

function definitionFiles() {
  const directory = new URL('../sidecars/', import.meta.url);
  const names = readdirSync(directory).filter(
    name => name.endsWith('.yaml') && name !== 'kustomization.yaml',
  );
  return names.map(name => ({ name, text: readText(`sidecars/${name}`) }));
}

function readText(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await generatedFiles()) write(path, text);
  if (hasKubectl()) for (const [path, text] of renderedFiles()) write(path, text);
  else
    console.warn(
      'deploy/install.yaml and deploy/chart/templates stay as they are: there is no kubectl, which renders them',
    );
}

function write(path: string, text: string): void {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
  writeFileSync(file, text);
}
