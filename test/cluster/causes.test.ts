/**
 * What `kubectl describe` says of a pod that waits for its content: the sections "The pod stays in Init" of docs/git-sync.md and
 * of docs/troubleshooting.md.
 */
import type { CoreV1Event } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { messagesOfRunningPods } from '../troubleshooting.ts';
import { type Scene, until } from './scene.ts';
import { configMap, secret, sshFiles } from './secrets.ts';
import type { Access } from './servers.ts';
import { Site } from './site.ts';
import { type Annotations, appContainer, gitSync, gitSyncCase, podOf } from './suite.ts';

interface Cause {
  readonly what: string;
  readonly access?: Access;
  readonly parameters?: Annotations;
  readonly says: RegExp;
  readonly prepare?: (scene: Scene) => Promise<unknown>;
}

const causes: readonly Cause[] = [
  {
    what: 'a wrong password',
    access: 'httpLogin',
    parameters: { secret: 'login' },
    prepare: scene => scene.apply(secret('login', { username: 'reader', password: 'mistyped' })),
    says: /fatal: Authentication failed for 'http:/,
  },
  { what: 'an unknown ref', parameters: { ref: 'nowhere' }, says: /fatal: couldn't find remote ref nowhere/ },
  { what: 'an unknown authority', access: 'https', says: /server certificate verification failed/ },
  {
    what: 'missing known_hosts',
    access: 'ssh',
    parameters: { secret: 'key' },
    prepare: async scene => scene.apply(secret('key', { identity: (await sshFiles(scene)).key })),
    says: /Host key verification failed/,
  },
  {
    what: 'a key that is not let in',
    access: 'ssh',
    parameters: { secret: 'key', 'known-hosts': 'hosts' },
    prepare: async scene => {
      const { otherKey, knownHosts } = await sshFiles(scene);
      await scene.apply(
        secret('key', { identity: otherKey }),
        configMap('hosts', { known_hosts: knownHosts }),
      );
    },
    says: /Startup probe failed: (?!.*not accessible).*Permission denied \(publickey/,
  },
];

const unknownRepository = /fatal: repository 'http:\S+later.git\/' not found/;

describe('the cause why a pod waits', () => {
  it.each(messagesOfRunningPods)('%s is one of those below', message => {
    const [beginning = ''] = message.split('…');
    const said = [...causes.map(({ says }) => says.source), unknownRepository.source].join(' ');
    expect(said.replaceAll('\\', '')).toContain(beginning);
  });

  for (const { what, access, parameters = {}, says, prepare } of causes) {
    gitSyncCase(`${what} is told once, in the words of git`, async scene => {
      await prepare?.(scene);
      await Site.create(scene, { ...(access === undefined ? {} : { access }), parameters });
      const [event] = await probeFailures(scene);
      expect(event?.message).toMatch(says);
      expect(event?.message).not.toContain('mistyped');
      expect(event?.message?.length).toBeLessThan(800);
      expect(event?.count ?? 1).toBe(1);
      expect((await scene.kubectl('describe pod web')).stdout).toMatch(says);
    });
  }

  gitSyncCase(
    'an unknown repository is told once, and the events of the app are seen after it',
    async scene => {
      const servers = scene.sharedServers;
      const path = `${scene.namespace}/later.git`;
      const containers = [appContainer('exit 1')];
      await scene.apply(podOf('web', gitSync(servers.url(path), { mount: '/site' }), { containers }));
      const [event] = await probeFailures(scene);
      expect(event?.message).toMatch(unknownRepository);
      const repository = await servers.createRepository(path);
      await repository.commit({ 'index.html': 'at last' });
      await until('the back-off of the app is seen', async () =>
        (await events(scene)).some(
          ({ reason, message }) => reason === 'BackOff' && message?.includes('failed container app'),
        ),
      );
      expect(await probeFailures(scene)).toHaveLength(1);
    },
  );

  gitSyncCase('a first sync that takes its time is none', async scene => {
    const servers = await scene.servers();
    await servers.exec('echo 25 > /tmp/talk');
    const repository = await servers.createRepository('site.git');
    await repository.commit({ 'index.html': 'at last' });
    await scene.apply(podOf('web', gitSync(repository.url('silent'), { mount: '/site' })));
    await scene.ready('web', 90_000);
    expect((await events(scene)).filter(({ reason }) => reason === 'Unhealthy')).toEqual([]);
  });
});

async function events(scene: Scene): Promise<readonly CoreV1Event[]> {
  return JSON.parse((await scene.kubectl('get events -o json')).stdout).items;
}

function probeFailures(scene: Scene): Promise<readonly CoreV1Event[]> {
  return until('the startup probe has failed', async () => {
    const failures = (await events(scene)).filter(({ reason }) => reason === 'Unhealthy');
    return failures.length > 0 && failures;
  });
}
