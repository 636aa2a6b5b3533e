import { readFileSync } from 'node:fs';
import { type ConfigFile, type ConfigReading, configFilePath, parseConfig } from './parse-config.ts';

/** Reads the settings of `serve` from its flags, the environment and the file that `--config` names. */
export function loadConfig(flags: readonly string[]): ConfigReading {
  const sources = { flags, variables: process.env };
  const path = configFilePath(sources);
  return parseConfig(path === undefined ? sources : { ...sources, file: readConfigFile(path) });
}

function readConfigFile(path: string): ConfigFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { path: `"${path}"`, unreadable: error instanceof Error ? error.message : String(error) };
  }
}
