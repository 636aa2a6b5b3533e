import { Command as Parser } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { fileOnlySettings, withServeOptions } from '../../../../src/cli/serve/serve-options.ts';
import { flagOf, options } from '../../../../src/config/options.ts';

const described = withServeOptions(new Parser('serve'));
const all = Object.entries(options);
const withFlag = all.filter(([, { placeholder }]) => placeholder !== undefined);
const fileOnly = all.filter(([, { placeholder }]) => placeholder === undefined);

describe('the help of serve', () => {
  it.each(withFlag)('names the flag of %s with what it takes and what it means', (key, option) => {
    const flag = described.options.find(({ long }) => long === `--${flagOf(key)}`);
    expect(flag).toMatchObject({
      flags: `--${flagOf(key)} <${option.placeholder}>`,
      description: option.description,
    });
  });

  it('names the keys that only the configuration file has, with what they mean', () => {
    expect(fileOnlySettings().entries).toEqual(fileOnly.map(([key, { description }]) => [key, description]));
  });

  it('has the flags of the options and the one for the file, and no others', () => {
    expect(described.options).toHaveLength(withFlag.length + 1);
    expect(described.options.map(({ long }) => long)).toContain('--config');
  });

  it.each([
    ['listen', '127.0.0.1:8443'],
    ['status-listen', '127.0.0.1:8080'],
    ['sidecars', 'sidecars'],
    ['drain-seconds', '5'],
    ['log-level', 'info'],
    ['tls-cert-file', undefined],
    ['certificate-lifetime', '7d'],
  ])('tells the default of --%s: %s', (flag, text) => {
    const option = described.options.find(({ long }) => long === `--${flag}`);
    expect(option?.defaultValueDescription).toBe(text);
  });
});
