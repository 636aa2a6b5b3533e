import { describe, expect, it } from 'vitest';
import { configUsage } from '../../../../src/cli/serve/usage.ts';
import { flagOf, options } from '../../../../src/config/options.ts';

const lines = configUsage().split('\n');
const all = Object.entries(options);
const fileOnly = lines.indexOf('In the configuration file only:');

describe('the usage of serve', () => {
  it.each(all.filter(([, { placeholder }]) => placeholder !== undefined))(
    'names the flag of %s with what it takes, what it means and its default',
    (key, { placeholder, description }) => {
      const at = lines.indexOf(`  --${flagOf(key)} ${placeholder}`);
      expect(at).toBeGreaterThan(0);
      expect(at).toBeLessThan(fileOnly);
      expect(lines[at + 1]?.startsWith(`      ${description}`)).toBe(true);
    },
  );

  it.each(all.filter(([, { placeholder }]) => placeholder === undefined))(
    'names the key %s of the configuration file with what it means',
    (key, { description }) => {
      const at = lines.indexOf(`  ${key}`);
      expect(at).toBeGreaterThan(fileOnly);
      expect(lines[at + 1]).toBe(`      ${description}`);
    },
  );

  it('has the flags of the options and the one for the file, and no others', () => {
    const flags = all.filter(([, { placeholder }]) => placeholder !== undefined);
    expect(lines.filter(line => /^ {2}--/.test(line))).toHaveLength(flags.length + 1);
    expect(lines).toContain('  --config FILE');
  });

  it.each([
    'where admission reviews are answered, over HTTPS (default: 127.0.0.1:8443)',
    'where health and metrics are answered, over HTTP (default: 127.0.0.1:8080)',
    'directory with the definitions (default: sidecars)',
    'how long requests are still taken after SIGTERM (default: 5)',
    'least level that is logged (default: info)',
    'certificate chain for --tls files',
    'how long each certificate of --tls managed lives (default: 7d)',
  ])('says: %s', line => {
    expect(lines).toContain(`      ${line}`);
  });

  it('says which source wins', () => {
    expect(configUsage()).toContain('A flag wins over a variable, a variable over the file.');
  });

  it('fits a terminal', () => {
    expect(lines.filter(line => line.length > 120)).toEqual([]);
  });
});
