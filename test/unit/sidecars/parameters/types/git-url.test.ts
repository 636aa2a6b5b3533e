import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterOf, readValue, useInstead } from '../read-value.ts';

const generic = 'https://host/path, http://host/path, ssh://user@host/path or user@host:path';

describe('a git-url', () => {
  it.each<[text: string, scheme: string, host: string]>([
    ['https://github.com/org/site.git', 'https', 'github.com'],
    ['https://github.com/org/site', 'https', 'github.com'],
    ['https://git.example.com:8443/a/b/c.git', 'https', 'git.example.com'],
    ['https://GitHub.com/Org/Site.git', 'https', 'GitHub.com'],
    ['https://10.0.0.1/site.git', 'https', '10.0.0.1'],
    ['https://[2001:db8::1]/site.git', 'https', '[2001:db8::1]'],
    ['https://[::1]:8443/site.git', 'https', '[::1]'],
    ['https://git/site.git', 'https', 'git'],
    ['https://host/path?service=x', 'https', 'host'],
    ['https://host/%7Euser/site.git', 'https', 'host'],
    ['https://host/user@home/site.git', 'https', 'host'],
    ['https://host/straße/日本.git', 'https', 'host'],
    ['https://host/-/site.git', 'https', 'host'],
    ['https://host/$(HOME)', 'https', 'host'],
    ['https://host:65535/x', 'https', 'host'],
    ['http://gitea.tools.svc/site.git', 'http', 'gitea.tools.svc'],
    ['http://gitea:3000/site.git', 'http', 'gitea'],
    ['ssh://git@github.com/org/site.git', 'ssh', 'github.com'],
    ['ssh://git@git.example.com:2222/site.git', 'ssh', 'git.example.com'],
    ['ssh://git@[2001:db8::1]:22/site.git', 'ssh', '[2001:db8::1]'],
    ['ssh://org-123_a.b+c@host/~/site.git', 'ssh', 'host'],
    ['git@github.com:org/site.git', 'ssh', 'github.com'],
    ['git@host:/srv/git/site.git', 'ssh', 'host'],
    ['git@host:~user/site.git', 'ssh', 'host'],
    ['git@[2001:db8::1]:site.git', 'ssh', '[2001:db8::1]'],
    ['_deploy@host:x', 'ssh', 'host'],
  ])('may be %s', (text, scheme, host) => {
    expect(readValue('git-url', text).value).toMatchObject({
      text,
      value: text,
      facts: [scheme],
      origins: [{ scheme, host }],
    });
  });

  it.each([
    ['an https URL', 'https://host/x', undefined],
    ['an ssh URL', 'git@host:x', undefined],
    [
      'an http URL',
      'http://host/x',
      { code: 'unencrypted-url', message: 'http is not encrypted; use https or ssh' },
    ],
  ])('warns only where it is not encrypted: %s', (_what, text, warning) => {
    expect(readValue('git-url', text).value?.warning).toEqual(warning);
  });

  it('knows the facts that conditions may ask for', () => {
    expect(parameterOf({ type: 'git-url' }).facts).toEqual(['https', 'http', 'ssh']);
  });

  const noUserInfo = 'a URL without user info; credentials belong in a Secret';
  const noLocalPath = `${generic}; a local path is not in the sidecar`;
  const noCredentials = `${generic}; credentials belong in a Secret`;
  const withUser = 'ssh://user@host/path; without a user the login fails';
  const withPath = 'a URL with the path of a repository after the host';

  it.each<[text: string, use: string]>([
    ['https://user:secret@host/site.git', noUserInfo],
    ['https://token@github.com/org/site.git', noUserInfo],
    ['https://x-access-token:ghp_abc@github.com/org/site.git', noUserInfo],
    ['https://user:p@ss@host/site.git', noUserInfo],
    ['https://@host/site.git', noUserInfo],
    ['https://:@host/site.git', noUserInfo],
    ['https://evil.com\\@host/site.git', noUserInfo],
    ['http://user:secret@host/site.git', noUserInfo],
    ['https://us#er:secret@host/site.git', noCredentials],
    ['https://user:secret@host', withPath],
    ['HTTPS://user:secret@host/site.git', noCredentials],
    ['ssh://user:secret@host/site.git', noCredentials],
    ['https://host/site.git#main', 'a URL without a fragment (#…)'],
    ['https://host', withPath],
    ['https://host/', withPath],
    ['https://host:443', withPath],
    ['ssh://host/site.git', withUser],
    ['ssh://host:22/site.git', withUser],
    ['ssh://host', withUser],
    ['file:///srv/git/site.git', noLocalPath],
    ['file://host/site.git', noLocalPath],
    ['/srv/git/site.git', noLocalPath],
    ['./site.git', noLocalPath],
    ['../site.git', noLocalPath],
    ['.', noLocalPath],
    // A user of ssh is no credential.
    ['git@host:-x', generic],
    ['git@host:', generic],
    ['user:secret@host:site.git', noCredentials],
  ])('is not %s, and the advice fits', (text, use) => {
    expect(useInstead('git-url', text)).toBe(use);
  });

  it.each(['ssh://git@host/-x', 'ssh://git@host', 'ssh://git@host:0/x'])(
    'is not %s, and the advice does not talk of credentials',
    text => {
      expect(useInstead('git-url', text)).toBe(generic);
    },
  );

  it.each([
    'ext::sh -c touch% /tmp/x'.replaceAll(' ', '%20'),
    'ext::git-remote-ext',
    'EXT::x',
    'fd::17/foo',
    'git://host/site.git',
    'ftp://host/site.git',
    'ftps://host/site.git',
    'rsync://host/site.git',
    'git+ssh://host/site.git',
    'ssh+git://host/site.git',
    'transport::https://host/site.git',
    'https::https://host/site.git',
    'javascript:alert(1)',
    'https:/host/site.git',
    'https:host/site.git',
    'https:\\\\host\\site.git',
    '//host/site.git',
    'https://',
    'https:///site.git',
    'https://host:0/x',
    'https://host:65536/x',
    'https://host:99999/x',
    'https://host:/x',
    'https://host:https/x',
    'https://-host/x',
    'https://host-/x',
    'https://.host/x',
    'https://ho_st/x',
    'https://hö.st/x',
    'https://h%6fst/x',
    'https://[::1/x',
    'https://::1/x',
    'https://[::g]/x',
    'https://[1.2.3]/x',
    'https://1.2.3.4.5/x',
    'https://999.1.1.1/x',
    'host:site.git',
    'github.com/org/site.git',
    'org/site',
    'C:\\git\\site',
    '~/site.git',
    '~user/site.git',
    'site.git',
    '$(HOME)',
    '${repo}',
    '`id`',
    ';id',
    '|id',
  ])('is not %s', text => {
    expect(useInstead('git-url', text)).toBeDefined();
  });

  it.each([
    // An option for ssh instead of a host or a user: CVE-2017-1000117.
    'ssh://-oProxyCommand=touch@host/x',
    'ssh://-l@host/x',
    'ssh://-oProxyCommand=touch/x',
    'ssh://git@-oProxyCommand=touch/x',
    'ssh://%2doProxyCommand=touch@host/x',
    'ssh://git@%2doProxyCommand=touch/x',
    'git@-oProxyCommand=touch:x',
    '-oProxyCommand=touch@host:x',
    // An option for the program at the other end, or for git.
    'ssh://git@host/-x',
    'git@host:-x',
    '--upload-pack=touch',
    '-u',
    // What looks like the short form but is a URL.
    'git@host://x',
    'git@host:',
    'git@:x',
    '@host:x',
    'ssh://git@host',
    'ssh://git@host/',
    'ssh://git@host:0/x',
    'ssh://git@host:65536/x',
    'ssh://a@b@host/x',
    'a@b@host:x',
    'a b@host:x',
    'ssh://@host/x',
  ])('is not %s, which ssh or git would take for something else', text => {
    expect(useInstead('git-url', text)).toBeDefined();
  });

  it('never says in its advice what the value was', () => {
    const userInfo = fc.stringMatching(/^[a-zA-Z0-9:@#?%/\\._-]{12,30}$/);
    const scheme = fc.constantFrom('https://', 'http://', 'ssh://', 'HTTPS://', 'git://', '', 'ext::');
    fc.assert(
      fc.property(scheme, userInfo, (before, secret) => {
        const advice = useInstead('git-url', `${before}${secret}@host/site.git`);
        expect(advice ?? '').not.toContain(secret);
      }),
    );
  });

  it('accepts no text in which a URL reader sees a user or a password of http', () => {
    const authority = fc.stringMatching(/^[a-z0-9:@#?/\\.%[\]-]{1,20}$/);
    fc.assert(
      fc.property(fc.constantFrom('https', 'http'), authority, (scheme, middle) => {
        const text = `${scheme}://${middle}/site.git`;
        if (!readValue('git-url', text).value) return;
        const { username, password } = new URL(text);
        expect({ username, password }).toEqual({ username: '', password: '' });
      }),
      { numRuns: 2000 },
    );
  });

  it('tells the host that a URL reader sees, so that a list of allowed hosts can be trusted', () => {
    const authority = fc.stringMatching(/^[a-zA-Z0-9:@#?/\\.-]{1,20}$/);
    fc.assert(
      fc.property(authority, middle => {
        const text = `https://${middle}/site.git`;
        const { value } = readValue('git-url', text);
        // A host of digits and dots alone is an address in one of several notations.
        if (!value || /^[0-9.]+$|^0x/i.test(value.origins?.[0]?.host ?? '')) return;
        expect(new URL(text).hostname).toBe(value.origins?.[0]?.host.toLowerCase());
      }),
      { numRuns: 2000 },
    );
  });
});
