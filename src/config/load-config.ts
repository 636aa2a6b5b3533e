import { readTextFile } from '../files/read-text-file.ts';
import { type ConfigFile, type ConfigReading, configFilePath, parseConfig } from './parse-config.ts';

/** Reads the settings of `serve` from its flags, the environment and the file that `--config` names. */
export async function loadConfig(flags: readonly string[]): Promise<ConfigReading> {
  const sources = { flags, variables: process.env };
  const path = configFilePath(sources);
  return parseConfig(path === undefined ? sources : { ...sources, file: await readConfigFile(path) });
}

/** A ConfigMap holds at most as much. */
const maxFileBytes = 1024 * 1024;

async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    return { path, text: await readTextFile(path, maxFileBytes) };
  } catch (error) {
    return { path: `"${path}"`, unreadable: error instanceof Error ? error.message : String(error) };
  }
}
