import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { greeting } from '../../../../src/cli/serve/greeting.ts';
import type { Config } from '../../../../src/config/config.ts';
import { parseConfig } from '../../../../src/config/parse-config.ts';
import type { PlaygroundPage } from '../../../../src/http/playground-routes.ts';

function greetingOf(...flags: readonly string[]): string {
  return greeting(configOf(flags), { port: 8443, statusPort: 8080 });
}

function configOf(flags: readonly string[]): Config {
  const { config } = { config: undefined, ...parseConfig({ flags, variables: {} }) };
  if (config === undefined) throw new Error('the flags are wrong');
  return config;
}

function greetingWith(page: PlaygroundPage, ...flags: readonly string[]): string {
  return greeting(configOf(flags), { port: 8443, statusPort: 8080, playground: { page } });
}

describe('the greeting', () => {
  it('tells the addresses and a call that proves that it works', () => {
    const text = greetingOf();
    expect(text).toContain('https://127.0.0.1:8443/mutate');
    expect(text).toContain('http://127.0.0.1:8080/readyz');
    expect(text).toMatch(
      /\n {2}curl --silent --show-error --cacert certs\/ca\.crt --header 'content-type: application\/json' \\\n {4}--data-binary @\S+ https:\/\/127\.0\.0\.1:8443\/mutate\n/,
    );
  });

  it('begins with the page, where it is served', () => {
    const page = async () => ({ pieces: [], tag: '' });
    expect(greetingWith(page).split('\n')[1]).toBe('  the playground      http://127.0.0.1:8080/');
    expect(greetingWith(page, '--status-listen', '[::]:8080')).toContain('http://[::1]:8080/\n');
    expect(greetingOf()).not.toContain('playground');
  });

  it('says how to get the page, where it is to be served and is not there', () => {
    const text = greetingWith({ missing: 'not there: make it' });
    expect(text.split('\n')[1]).toBe('  the playground      not there: make it');
  });

  it('names an example that is there', () => {
    const [, path = ''] = /--data-binary @(\S+)/.exec(greetingOf()) ?? [];
    expect(existsSync(path)).toBe(true);
  });

  it('writes addresses of IPv6 in brackets', () => {
    const text = greetingOf('--listen', '[::1]:8443', '--status-listen', '[::1]:8080');
    expect(text).toContain('https://[::1]:8443/mutate');
    expect(text).toContain('http://[::1]:8080/readyz');
  });

  it('names the authority where it is', () => {
    expect(greetingOf('--certs', '/var/lib/certs')).toContain('--cacert /var/lib/certs/ca.crt ');
  });

  it('does not name an authority that it does not know', () => {
    const text = greetingOf('--tls=files', '--tls-cert-file=a', '--tls-key-file=b');
    expect(text).toContain('curl --silent --show-error --insecure ');
    expect(text).not.toContain('--cacert');
  });

  // The certificate is for this machine's names, not for "all addresses".
  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['[::]', '[::1]'],
  ])('names an address that can be called where it listens on all: %s', (host, called) => {
    const text = greetingOf('--listen', `${host}:8443`, '--status-listen', `${host}:8080`);
    expect(text.match(/https?:\/\/[^ \n]+/g)).toEqual([
      `https://${called}:8443/mutate`,
      `http://${called}:8080/readyz`,
      `https://${called}:8443/mutate`,
    ]);
  });

  it.each([
    ['/my certs', "'/my certs/ca.crt'"],
    ["/bob's", "'/bob'\\''s/ca.crt'"],
    ['/$(id)', "'/$(id)/ca.crt'"],
    ['/ä', "'/ä/ca.crt'"],
  ])('quotes a path that the shell would not leave as it is: %s', (certs, quoted) => {
    expect(greetingOf('--certs', certs)).toContain(` --cacert ${quoted} `);
  });
});
