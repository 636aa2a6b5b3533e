import { readTextFile } from '../files/read-text-file.ts';
import { type ConfigFile, type ConfigReading, configFilePath, parseConfig } from './parse-config.ts';
import { findUnknownVariables } from './unknown-variables.ts';

/** Reads the settings of `serve` from its flags, the environment and the file that `--config` names. */
export async function loadConfig(flags: readonly string[]): Promise<ConfigReading> {
  const sources = { flags, variables: process.env };
  const path = configFilePath(sources);
  return parseConfig(path === undefined ? sources : { ...sources, file: await readConfigFile(path) });
}

/** The settings of `serve`, and the names of variables that may be meant for it and set nothing. */
export type ServeReading = ConfigReading & { readonly unknownVariables: readonly string[] };

/** Reads the settings of the program that runs: a variable that resembles one of its own and sets nothing is a problem. */
export async function loadServeConfig(flags: readonly string[]): Promise<ServeReading> {
  const { problems: misspelt, others: unknownVariables } = findUnknownVariables(process.env);
  const { config, problems = [] } = { problems: [], ...(await loadConfig(flags)) };
  return config === undefined || misspelt.length > 0
    ? { problems: [...problems, ...misspelt], unknownVariables }
    : { config, unknownVariables };
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
