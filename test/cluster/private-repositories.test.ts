/** Repositories that need a login: docs/git-sync.md lists the shapes of the Secrets. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect } from 'vitest';
import { type Scene, statusOf, until } from './scene.ts';
import { configMap, secret, sshFiles } from './secrets.ts';
import { appId, installationId } from './servers/github-app.ts';
import { ports } from './servers/ports.ts';
import { unreachableHost } from './servers.ts';
import { Site } from './site.ts';
import { type Annotations, annotationsOf, gitSync, gitSyncCase, podOf } from './suite.ts';

describe('16: ssh', () => {
  const keyNames = ['ssh-privatekey', 'ssh', 'gitSshKey', 'identity', 'sshPrivateKey'];

  gitSyncCase('takes the key under every name that is in use, with known_hosts beside it', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'private' });
    const { key, knownHosts } = await sshFiles(scene);
    const secrets = keyNames.map((name, index) =>
      secret(`key-${index}`, { [name]: key, known_hosts: knownHosts }),
    );
    await scene.apply(...secrets);
    const instances = keyNames.map((_, index) =>
      annotationsOf(`git-sync_${index}`, repository.url('ssh'), {
        secret: `key-${index}`,
        mount: `/${index}`,
      }),
    );
    await scene.apply(podOf('web', Object.assign({}, ...instances)));
    await scene.ready('web');
    const read =
      'cat /0/current/index.html /1/current/index.html /2/current/index.html /3/current/index.html /4/current/index.html';
    expect(await scene.exec('web', 'app', 'sh', '-c', read)).toBe('private'.repeat(keyNames.length));
  });

  gitSyncCase(
    'uses the second key where the first is not let in, and a ConfigMap with known_hosts',
    async scene => {
      const { key, otherKey, knownHosts } = await sshFiles(scene);
      await scene.apply(
        secret('keys', { 'ssh-privatekey': otherKey, identity: key }),
        configMap('hosts', { known_hosts: knownHosts }),
      );
      const site = await Site.start(scene, {
        access: 'ssh',
        parameters: { secret: 'keys', 'known-hosts': 'hosts' },
      });
      expect(await site.read()).toBe('version 1');
    },
  );

  gitSyncCase('without known_hosts trusts nobody, and with off everybody', async scene => {
    const { key } = await sshFiles(scene);
    await scene.apply(secret('key', { ssh: key }));
    const site = await Site.create(scene, { access: 'ssh', parameters: { secret: 'key' } });
    await scene.logged('web', 'git-sync', 'Host key verification failed');
    const trusting = gitSync(site.repository.url('ssh'), { secret: 'key', 'known-hosts': 'off' });
    await scene.apply(podOf('trusting', trusting));
    await scene.ready('trusting');
  });

  gitSyncCase('works for a user that the image does not know', async scene => {
    const { key, knownHosts } = await sshFiles(scene);
    await scene.apply(secret('key', { ssh: key, known_hosts: knownHosts }));
    const site = await Site.start(scene, {
      access: 'ssh',
      parameters: { secret: 'key', 'run-as-user': '12345' },
    });
    expect((await site.inSidecar('id -u')).trim()).toBe('12345');
  });

  gitSyncCase('a key that is not let in is the only one that is spoken of', async scene => {
    const { otherKey, knownHosts } = await sshFiles(scene);
    await scene.apply(secret('key', { gitSshKey: otherKey, known_hosts: knownHosts }));
    await Site.create(scene, { access: 'ssh', parameters: { secret: 'key' } });
    const log = await scene.logged('web', 'git-sync', 'Permission denied');
    expect(log).toContain('--ssh-key-file=[/etc/git-secret/gitSshKey]');
    expect(log).not.toContain('not accessible');
  });

  gitSyncCase('a Secret without any of the names shows in the log which were tried', async scene => {
    const { knownHosts } = await sshFiles(scene);
    await scene.apply(secret('key', { id_ed25519: 'misnamed', known_hosts: knownHosts }));
    await Site.create(scene, { access: 'ssh', parameters: { secret: 'key' } });
    const log = await scene.logged('web', 'git-sync', 'Permission denied');
    for (const name of keyNames) expect(log).toContain(`/etc/git-secret/${name} not accessible`);
  });
});

describe('17: user name and password', () => {
  gitSyncCase.each([
    'username password',
    'GIT_SYNC_USERNAME GIT_SYNC_PASSWORD',
    'GITSYNC_USERNAME GITSYNC_PASSWORD',
  ])('come from the keys %s', async (scene, names) => {
    const [usernameKey = '', passwordKey = ''] = names.split(' ');
    await scene.apply(secret('login', { [usernameKey]: 'reader', [passwordKey]: 'secret\n' }));
    const keys =
      usernameKey === 'username' ? {} : { 'username-key': usernameKey, 'password-key': passwordKey };
    const site = await Site.start(scene, { access: 'httpLogin', parameters: { secret: 'login', ...keys } });
    expect(await site.read()).toBe('version 1');
  });

  gitSyncCase('the name may stand in an annotation, beside a Secret that has only a token', async scene => {
    await scene.apply(secret('token', { password: 'secret' }));
    const parameters = { secret: 'token', username: 'reader' };
    const site = await Site.start(scene, { access: 'httpLogin', parameters });
    expect(await site.read()).toBe('version 1');
  });

  gitSyncCase(
    'a new password is used without a restart; until it comes the old content stays',
    async scene => {
      const servers = await scene.servers();
      await scene.apply(secret('login', { username: 'reader', password: 'secret' }));
      const site = await Site.start(scene, {
        access: 'httpLogin',
        hasOwnServers: true,
        parameters: { secret: 'login' },
      });
      await servers.exec('echo reader:changed > /tmp/login');
      const second = await site.repository.commit({ 'index.html': 'version 2' });
      await scene.logged('web', 'git-sync', 'Authentication failed', 60_000);
      expect(await site.read()).toBe('version 1');
      await scene.apply(secret('login', { username: 'reader', password: 'changed' }));
      // The kubelet brings changed Secrets to running pods within two minutes.
      await until('the new password is used', async () => (await site.current()) === second, 150_000);
      expect(statusOf(await scene.pod('web'), 'git-sync').restartCount).toBe(0);
    },
    { timeoutMs: 240_000 },
  );
});

describe('an authority of your own', () => {
  gitSyncCase('.ca makes git trust it, and without it nothing is fetched', async scene => {
    await scene.apply(configMap('authority', { 'ca.crt': scene.sharedServers.address.authority }));
    const site = await Site.start(scene, { access: 'https', parameters: { ca: 'authority' } });
    expect(await site.read()).toBe('version 1');
    await scene.apply(podOf('distrusting', gitSync(site.repository.url('https'))));
    await scene.logged('distrusting', 'git-sync', 'certificate verification failed');
  });
});

describe('a GitHub App', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

  gitSyncCase.each(['githubAppPrivateKey', 'private-key.pem'])(
    'logs in with the key under %s',
    async (scene, keyName) => {
      const servers = await scene.servers();
      await servers.exec('cat > /keys/app.pem', publicKey);
      await scene.apply(
        configMap('authority', { 'ca.crt': servers.address.authority }),
        secret('app', { [keyName]: privateKey }),
      );
      const parameters = {
        secret: 'app',
        ca: 'authority',
        'github-app-id': appId,
        'github-app-installation': installationId,
        'github-base-url': `https://${servers.host}:${ports.github}/api/v3/`,
        ...(keyName === 'githubAppPrivateKey' ? {} : { 'github-app-key': keyName }),
      };
      const site = await Site.start(scene, { access: 'httpsLogin', hasOwnServers: true, parameters });
      expect(await site.read()).toBe('version 1');
      expect(await servers.log()).toContain(
        `201 POST /api/v3/app/installations/${installationId}/access_tokens as a GitHub App`,
      );
    },
  );
});

describe('a proxy', () => {
  const through = (scheme: string, parameters: Annotations) =>
    gitSync(`${scheme}://${unreachableHost}/site.git`, { mount: '/site', ...parameters });

  gitSyncCase.each(['http', 'https'])('.proxy takes %s there', async (scene, scheme) => {
    const servers = await scene.servers();
    await (await servers.createRepository('site.git')).commit({ 'index.html': 'from afar' });
    await scene.apply(configMap('authority', { 'ca.crt': servers.address.authority }));
    const parameters = { proxy: `http://${servers.host}:${ports.proxy}`, ca: 'authority' };
    await scene.apply(podOf('web', through(scheme, parameters)));
    await scene.ready('web');
    expect(await scene.exec('web', 'app', 'cat', '/site/current/index.html')).toBe('from afar');
    expect(await servers.log()).toContain(
      scheme === 'http' ? `proxy GET http://${unreachableHost}` : 'proxy CONNECT',
    );
  });

  gitSyncCase('.no-proxy and .proxy off leave it out', async scene => {
    const proxy = 'http://proxy.example.invalid:3128';
    const site = await Site.start(scene, { parameters: { proxy, 'no-proxy': '.svc.cluster.local' } });
    const url = site.repository.url();
    await scene.apply(
      podOf('direct', gitSync(url, { proxy: 'off' })),
      podOf('lost', gitSync(url, { proxy })),
    );
    await scene.ready('direct');
    await scene.logged('lost', 'git-sync', 'proxy.example.invalid');
  });
});

describe('what is missing', () => {
  const described = async (scene: Scene, text: string) =>
    until(`kubectl describe shows ${text}`, async () => {
      const { stdout } = await scene.kubectl('describe pod web');
      return stdout.includes(text) && stdout;
    });

  const app = { 'github-app-id': '1', 'github-app-installation': '1' };
  const missing = [
    { what: 'a user name', data: { password: 'p' }, parameters: {}, says: 'username in Secret' },
    { what: 'a password', data: { username: 'u' }, parameters: {}, says: 'password in Secret' },
    {
      what: 'a private key of an App',
      data: { other: 'k' },
      parameters: app,
      says: 'githubAppPrivateKey in Secret',
    },
  ];

  for (const { what, data, parameters, says } of missing) {
    gitSyncCase(
      `${what} is told by kubectl describe, with Secret and key, and can be added`,
      async scene => {
        await scene.apply(secret('login', data));
        await Site.create(scene, { access: 'httpLogin', parameters: { secret: 'login', ...parameters } });
        await described(scene, `couldn't find key ${says} ${scene.namespace}/login`);
        if ('github-app-id' in parameters) return;
        await scene.apply(secret('login', { username: 'reader', password: 'secret' }));
        await scene.ready('web', 90_000);
      },
      { timeoutMs: 180_000 },
    );
  }

  gitSyncCase('a Secret or a ConfigMap is told by kubectl describe, with its name', async scene => {
    await Site.create(scene, { parameters: { secret: 'nowhere' } });
    await described(scene, 'secret "nowhere" not found');
    await scene.kubectl('delete pod web --now');
    await scene.apply(podOf('web', gitSync('https://example.invalid/site.git', { sparse: 'nothing' })));
    await described(scene, 'configmap "nothing" not found');
  });
});

describe('the sidecar', () => {
  gitSyncCase('has no API token, which the app keeps', async scene => {
    const site = await Site.start(scene);
    const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(await site.inSidecar(`ls -A ${directory}`)).toBe('');
    expect(await site.sh(`ls ${directory}`)).toContain('token');
  });
});
