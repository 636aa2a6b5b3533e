import { Option as FlagOption, type Command as Parser } from '@commander-js/extra-typings';
import type { Config } from '../../config/config.ts';
import { flagOf, type Option, options } from '../../config/options.ts';
import type { HelpSection } from '../command-page.ts';

/** Describes the options of `serve`, made from the table of its settings. */
export function withServeOptions(parser: Parser): Parser {
  return settings().reduce(
    (described, [key, { placeholder, description, default: preset }]) =>
      placeholder === undefined
        ? described
        : (described.addOption(flagOption(key, placeholder, description, preset)) as Parser),
    parser.option('--config <file>', 'configuration file, in YAML') as Parser,
  );
}

/** The settings that have no flag. */
export function fileOnlySettings(): HelpSection {
  const entries = settings().flatMap(([key, { placeholder, description }]) =>
    placeholder === undefined ? [[key, description] as const] : [],
  );
  return { title: 'In the configuration file only', entries };
}

function settings(): readonly (readonly [keyof Config, Option<unknown>])[] {
  return Object.entries(options) as [keyof Config, Option<unknown>][];
}

function flagOption(key: keyof Config, placeholder: string, description: string, preset: unknown) {
  const option = new FlagOption(`--${flagOf(key)} <${placeholder}>`, description);
  return preset === '' || preset === undefined ? option : option.default(preset, presetText(preset));
}

function presetText(preset: unknown): string {
  if (typeof preset !== 'object' || preset === null) return String(preset);
  if ('host' in preset && 'port' in preset) return `${preset.host}:${preset.port}`;
  return 'text' in preset ? String(preset.text) : String(preset);
}
