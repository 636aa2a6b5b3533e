import type { Config } from '../../config/config.ts';
import { flagOf, type Option, options } from '../../config/options.ts';

/** The usage of `serve`, made from the table of its options. */
export function configUsage(): string {
  const all = Object.entries(options) as readonly (readonly [keyof Config, Option<unknown>])[];
  const flags = all.flatMap(([key, { placeholder, description, default: preset }]) =>
    placeholder === undefined
      ? []
      : [`  --${flagOf(key)} ${placeholder}`, `      ${description}${presetInWords(preset)}`],
  );
  const keys = all.flatMap(([key, { placeholder, description }]) =>
    placeholder === undefined ? [`  ${key}`, `      ${description}`] : [],
  );
  return [
    'usage: sidecar-injector serve [options]',
    '',
    'Each option is also an environment variable (--log-level is SIDECAR_INJECTOR_LOG_LEVEL) and a key of the',
    'configuration file (logLevel). A flag wins over a variable, a variable over the file.',
    '',
    '  --config FILE',
    '      configuration file, in YAML',
    ...flags,
    '',
    'In the configuration file only:',
    '',
    ...keys,
  ].join('\n');
}

function presetInWords(preset: unknown): string {
  if (preset === '' || preset === undefined) return '';
  return ` (default: ${presetText(preset)})`;
}

function presetText(preset: unknown): string {
  if (typeof preset !== 'object' || preset === null) return String(preset);
  if ('host' in preset && 'port' in preset) return `${preset.host}:${preset.port}`;
  return 'text' in preset ? String(preset.text) : String(preset);
}
