import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../temporary-directory.ts';
import { injected } from './command-line.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.io/git-sync: https://github.com/org/site.git
    # A quote, in a parameter that takes any text.
    sidecar.io/git-sync.secret: site
    sidecar.io/git-sync.username: it's-$HOME-"me"
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
`;

describeInBrowser('the commands on the page', ({ open }) => {
  it('do with the file what the page shows', async () => {
    const playground = await open();
    await playground.page.getByLabel('Example').selectOption({ label: 'A site with nginx' });
    const manifest = await textOf(playground.manifest);
    const { patch } = await commandsOf(playground, 'deployment/web');
    expect(parse(run(patch, manifest))).toEqual(parse(await textOf(playground.result)));
  });

  it('keep what a shell would read otherwise', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, deployment);
    await expect.poll(() => textOf(playground.result)).toBe(injected(deployment));
    const { patch, annotate } = await commandsOf(playground, 'deployment/web');
    expect(parse(run(patch, deployment))).toEqual(parse(await textOf(playground.result)));

    const bare = deployment.replace(/ {4}(sidecar\.io|#).*\n/g, '').replace('  annotations:\n', '');
    // The same without a cluster: the object is in the file, and not named by its kind and name.
    const local = annotate
      .replace('deployment/web', '--local --filename deployment-web.yaml --output yaml')
      .replace('--namespace shop ', '');
    expect(annotate).toContain('--namespace shop ');
    expect(parse(run(local, bare))).toEqual(parse(deployment));
  });
});

async function commandsOf(playground: Playground, name: string) {
  const card = playground.card(name);
  await card.getByText('kubectl', { exact: true }).click();
  const textIn = async (command: string) =>
    (await card.getByRole('region', { name: `kubectl ${command}` }).textContent()) ?? '';
  return { patch: await textIn('patch'), annotate: await textIn('annotate') };
}

/** Runs a command where the manifest is in the file that it names. */
function run(command: string, manifest: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'deployment-web.yaml'), manifest);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: directory, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}
