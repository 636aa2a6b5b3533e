/** The manifests of docs/git-sync.md, with the repository, the logins and the images that are at hand. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Files } from './repository.ts';
import { type Manifest, type Scene, until } from './scene.ts';
import { appId, installationId } from './servers/github-app.ts';
import { ports } from './servers/ports.ts';
import type { Servers } from './servers.ts';
import { gitSyncCase, helperImage } from './suite.ts';

const text = readFileSync(new URL('../../docs/git-sync.md', import.meta.url), 'utf8');
const recipes = new Map(
  [...text.matchAll(/^```yaml ([\w-]+)\n(.*?)^```$/gms)].map(([, name = '', manifests = '']) => [
    name,
    manifests,
  ]),
);

/** Pods may be as their images want them here: the recipes say nothing about users. */
const unrestricted = { labels: {} };

/** What stands in for an image: the same server of Debian, or a program that does what the recipe is about. */
const standIns: Readonly<Record<string, Manifest>> = {
  'nginx:1.29': { command: ['nginx', '-g', 'daemon off;'] },
  'httpd:2.4': {
    // The image of httpd has no virtual host, Debian has one that would hide the settings of the recipe.
    command: ['sh', '-c', 'rm /etc/apache2/sites-enabled/*; exec apache2ctl -D FOREGROUND "$@"', 'httpd'],
  },
  'busybox:1.37': {},
  'apache/airflow:3.1.0': { command: ['sh', '-c', 'ls "$AIRFLOW__CORE__DAGS_FOLDER"; exec sleep 100000'] },
  'prom/prometheus:v3.5.0': {
    command: [
      'node',
      '-e',
      'require("http").createServer((q, a) => { console.log(q.method, q.url); a.end(); }).listen(9090)',
    ],
    args: [],
  },
};

/** Applies a recipe with texts replaced, as somebody would who follows it. */
async function follow(
  scene: Scene,
  name: string,
  replacements: Readonly<Record<string, string>>,
): Promise<void> {
  let manifests = recipes.get(name) ?? '';
  for (const [from, to] of Object.entries(replacements)) {
    expect(manifests, `the recipe ${name}`).toContain(from);
    manifests = manifests.replaceAll(from, to);
  }
  const items = parseAllDocuments(manifests).map(document => withStandIns(document.toJS()) as Manifest);
  await scene.apply(...items);
}

function withStandIns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStandIns);
  if (typeof value !== 'object' || value === null) return value;
  const object = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withStandIns(each)]));
  const standIn = typeof object['image'] === 'string' ? standIns[object['image']] : undefined;
  return standIn === undefined
    ? object
    : { ...object, ...standIn, image: helperImage(), imagePullPolicy: 'IfNotPresent' };
}

async function siteOf(scene: Scene, files: Files = { 'index.html': 'version 1\n' }) {
  const repository = await scene.createRepository();
  const hash = await repository.commit(files);
  return { repository, hash };
}

describe('the recipe', () => {
  for (const server of ['nginx', 'httpd']) {
    gitSyncCase(
      `${server} serves a push without a restart, and nothing of git's`,
      async scene => {
        const { repository } = await siteOf(scene);
        await follow(scene, server, {
          'https://github.com/example/site.git': repository.url(),
          '.mount: /site': `.mount: /site\n        sidecar.io/git-sync.period: 1s`,
        });
        const [pod] = await until('a pod', async () => {
          const pods = await scene.pods('app=web');
          return pods.length > 0 && pods;
        });
        const name = pod?.metadata?.name ?? '';
        await scene.ready(name);
        const port = server === 'nginx' ? 8080 : 80;
        const get = (path: string) =>
          scene.exec(
            name,
            server,
            'sh',
            '-c',
            `busybox wget -qO- http://127.0.0.1:${port}${path} 2>&1 || true`,
          );
        await until('version 1', async () => (await get('/index.html')) === 'version 1\n', 30_000);
        await repository.commit({ 'index.html': 'version 2\n' });
        await until('version 2', async () => (await get('/index.html')) === 'version 2\n', 30_000);
        expect(await get('/.git')).toContain('404');
      },
      unrestricted,
    );
  }

  gitSyncCase(
    'for Airflow has the DAGs where it looks for them',
    async scene => {
      const { repository } = await siteOf(scene, { 'dags/daily.py': '# a DAG' });
      await follow(scene, 'airflow', { 'https://github.com/example/dags.git': repository.url() });
      const name = await until(
        'a pod',
        async () => (await scene.pods('app=dag-processor'))[0]?.metadata?.name,
      );
      await scene.ready(name);
      expect(await scene.logged(name, 'dag-processor', 'daily.py')).toBe('daily.py\n');
    },
    unrestricted,
  );

  gitSyncCase(
    'for Jobs ends',
    async scene => {
      const { repository } = await siteOf(scene);
      await follow(scene, 'job', { 'https://github.com/example/site.git': repository.url() });
      await until(
        'it is complete',
        async () => (await scene.kubectl('get job report -o jsonpath={.status.succeeded}')).stdout === '1',
      );
      const [pod] = await scene.pods('app=report');
      expect(await scene.logs(pod?.metadata?.name ?? '', 'report')).toContain('10 /input/current/index.html');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a token logs in',
    async scene => {
      const { repository } = await siteOf(scene);
      const literals = ['--from-literal=username=reader', '--from-literal=password=secret'];
      await scene.kubectl(['create', 'secret', 'generic', 'site-login', ...literals]);
      await follow(scene, 'private-https', {
        'https://github.com/example/private.git': repository.url('httpLogin'),
      });
      await scene.logged('web', 'app', 'version 1');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a deploy key logs in',
    async scene => {
      const { repository } = await siteOf(scene);
      const servers = scene.sharedServers;
      const [key, hostKey] = [await servers.exec('cat /keys/user'), await servers.exec('cat /keys/host.pub')];
      const stringData = { 'ssh-privatekey': key, known_hosts: `[${servers.host}]:${ports.ssh} ${hostKey}` };
      await scene.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'site-key' }, stringData });
      await follow(scene, 'private-ssh', { 'git@github.com:example/private.git': repository.url('ssh') });
      await scene.logged('web', 'app', 'version 1');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a GitHub App logs in',
    async scene => {
      const servers = await scene.servers();
      const repository = await servers.createRepository('private.git');
      await repository.commit({ 'index.html': 'version 1\n' });
      await scene.apply(...(await appCredentials(servers)));
      await follow(scene, 'private-app', {
        'https://github.example.com/example/private.git': repository.url('httpsLogin'),
        'https://github.example.com/api/v3/': `https://${servers.host}:${ports.github}/api/v3/`,
        '"4711"': `"${appId}"`,
        '"8015"': `"${installationId}"`,
      });
      await scene.logged('web', 'app', 'version 1');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a large repository has that part of it',
    async scene => {
      const { repository } = await siteOf(scene, {
        'sites/shop/index.html': 'shop\n',
        'other/file': 'other',
      });
      await follow(scene, 'monorepo', { 'https://github.com/example/everything.git': repository.url() });
      await scene.logged('web', 'app', 'shop');
      expect(await scene.exec('web', 'app', 'ls', '/site/current/')).toBe('sites\n');
    },
    unrestricted,
  );

  gitSyncCase(
    'for another path in each container shows the content in all',
    async scene => {
      const { repository } = await siteOf(scene);
      await follow(scene, 'two-paths', { 'https://github.com/example/site.git': repository.url() });
      const [pod] = await until('a pod', async () => {
        const pods = await scene.pods('app=web');
        return pods.length > 0 && pods;
      });
      const name = pod?.metadata?.name ?? '';
      await scene.ready(name);
      await scene.logged(name, 'one', 'version 1');
      await scene.logged(name, 'two', 'version 1');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a pinned commit stays there',
    async scene => {
      const { repository, hash } = await siteOf(scene);
      await repository.commit({ 'index.html': 'version 2\n' });
      await follow(scene, 'pinned', {
        'https://github.com/example/site.git': repository.url(),
        '3f786850e387550fdab836ed7e6dc881de23001b': hash,
      });
      await scene.logged('web', 'app', 'version 1');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a program that has to be told tells it',
    async scene => {
      const { repository } = await siteOf(scene);
      await follow(scene, 'reload', {
        'https://github.com/example/monitoring.git': repository.url(),
        '.mount: /config': '.mount: /config\n    sidecar.io/git-sync.period: 1s',
      });
      await scene.logged('web', 'prometheus', 'POST /-/reload\n');
      await repository.commit({ 'index.html': 'version 2\n' });
      await scene.logged('web', 'prometheus', 'POST /-/reload\nPOST /-/reload\n');
    },
    unrestricted,
  );

  gitSyncCase(
    'for a server that holds on to a directory serves a push',
    async scene => {
      const { repository } = await siteOf(scene);
      await follow(scene, 'holding', {
        'https://github.com/example/site.git': repository.url(),
        '.mount: /site':
          '.mount: /site\n    sidecar.io/git-sync.period: 1s\n    sidecar.io/git-sync.stale: 0s',
      });
      await scene.ready('web');
      const get = () =>
        scene.exec(
          'web',
          'httpd',
          'sh',
          '-c',
          'busybox wget -qO- http://127.0.0.1:8080/current/index.html || true',
        );
      await until('version 1', async () => (await get()) === 'version 1\n', 30_000);
      await repository.commit({ 'index.html': 'version 2\n' });
      await until('version 2', async () => (await get()) === 'version 2\n', 30_000);
    },
    unrestricted,
  );
});

async function appCredentials(servers: Servers): Promise<readonly Manifest[]> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await servers.exec('cat > /keys/app.pem', publicKey);
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'site-app' },
      stringData: { githubAppPrivateKey: privateKey },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'company-ca' },
      data: { 'ca.crt': servers.address.authority },
    },
  ];
}
