import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { blocksOf } from '../documents.ts';
import { findFreePorts } from '../e2e/free-ports.ts';
import { at, podAfter, podWith } from '../injection-fixture.ts';
import { TestProcess } from '../integration/webhook-process.ts';
import { patience } from './sandbox.ts';

const isInstalled = spawnSync('memcached', ['--version']).status === 0;
if (!isInstalled)
  console.warn('\ntest:sidecars skips the cache of docs/sidecars.md: memcached is not on the PATH\n');

describe.skipIf(!isInstalled)('the sidecar that docs/sidecars.md writes', () => {
  it('is a cache for the app', async () => {
    const [port = 0] = await findFreePorts(1);
    const text = blocksOf('docs/sidecars.md')
      .flatMap(block => ('file' in block ? block.content : []))
      .find(content => content.includes('ready:'));
    const sidecars = nextSidecarSet(emptySidecarSet, [{ name: 'memcached.yaml', text: text ?? '' }]);
    const annotations = {
      'sidecar.io/memcached': '8',
      'sidecar.io/memcached.port': String(port),
      'sidecar.io/memcached.largest': '2m',
    };
    const pod = podAfter(podWith(annotations), { sidecars });
    const args = at(pod, 'spec', 'initContainers', 0, 'args') as readonly string[];
    // As root it wants to be told which user it becomes; in the pod it is not root.
    new TestProcess('memcached', process.getuid?.() === 0 ? [...args, '--user=nobody'] : args);
    const talk = async () => {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8');
      await once(socket, 'connect');
      let answer = '';
      socket.on('data', data => {
        answer += data;
      });
      socket.end('set a 0 0 5\r\nhello\r\nget a\r\nstats settings\r\nquit\r\n');
      await once(socket, 'close');
      return answer;
    };
    await expect.poll(() => talk().catch(String), patience).toContain('VALUE a 0 5\r\nhello');
    expect(await talk()).toContain(`STAT maxbytes ${8 * 1024 * 1024}`);
    expect(await talk()).toContain(`STAT item_size_max ${2 * 1024 * 1024}`);
  });
});
