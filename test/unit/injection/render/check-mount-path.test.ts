import { describe, expect, it } from 'vitest';
import { codes, decide, gitSync, podWith, told } from '../../../injection-fixture.ts';

const token = '/var/run/secrets/kubernetes.io/serviceaccount';

function saidOf(mount: string): readonly string[] {
  return told(decide(podWith(gitSync({ mount }))));
}

describe('a mount that hides what a container cannot do without', () => {
  it.each(['/sys', '/sys/fs/cgroup', '/dev/site'])(
    'is told, for it is in a place of the system: %s',
    mount => {
      const place = `/${mount.split('/')[1]}`;
      expect(saidOf(mount)).toEqual([
        `mount-hides-system: sidecar.io/git-sync.mount: ${place} belongs to the system, and a mount there can break the container`,
      ]);
    },
  );

  it.each(['/proc', '/proc/self', '/dev'])('is refused, for no container starts with it: %s', mount => {
    expect(saidOf(mount)[0]).toBe(
      `mount-path-taken: annotation sidecar.io/git-sync.mount: a container with a mount at ${mount} never starts; choose another path`,
    );
  });

  it.each([
    ['/etc', '/etc'],
    ['/bin', '/bin'],
    ['/lib', '/lib'],
    ['/lib64', '/lib64'],
    ['/usr', '/usr/bin'],
    ['/usr/lib', '/usr/lib'],
    [token, token],
    ['/var/run/secrets', token],
    ['/var', token],
  ])('is told, for it covers a place of the image or the API token: %s', (mount, hidden) => {
    expect(saidOf(mount).filter(line => line.startsWith('mount-hides'))).toEqual([
      `mount-hides-system: sidecar.io/git-sync.mount: hides ${hidden} of the container; choose another path`,
    ]);
  });

  it.each([
    '/site',
    '/etc/nginx/conf.d',
    '/usr/share/nginx/html',
    '/usr/local',
    '/processes',
    '/development/site',
    '/library',
    '/var/lib/site',
    '/srv/etc',
  ])('is not any mount beside or below them: %s', mount => {
    expect(codes(decide(podWith(gitSync({ mount }))))).toEqual([]);
  });

  it('fits into a warning and refuses nothing', () => {
    for (const mount of [token, '/sys', '/usr']) {
      const decision = decide(podWith(gitSync({ mount })));
      expect(decision.outcome).toBe('injected');
      for (const { message } of decision.warnings) expect(message.length).toBeLessThanOrEqual(120);
    }
  });
});
