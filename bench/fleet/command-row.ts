import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, type Setting } from '../setting.ts';
import { round } from '../statistics.ts';
import type { Row } from '../table.ts';
import type { CommandRun } from './run-command.ts';

/** What a table says of a command that was about so many pods. */
export function commandRow({ seconds, cpuSeconds, memoryMiB }: CommandRun, pods: number): Row {
  return {
    seconds: round(seconds),
    'pods/s': round(pods / seconds),
    'CPU s': round(cpuSeconds),
    MiB: round(memoryMiB),
  };
}

/** A directory with the definition that ships and a newer image. */
export function newerDefinitions({ directory }: Setting): string {
  const newer = join(directory, 'newer');
  mkdirSync(newer, { recursive: true });
  const text = readFileSync(join(root, 'sidecars/git-sync.yaml'), 'utf8');
  writeFileSync(join(newer, 'git-sync.yaml'), text.replace(/(image: .*):v[\d.]+/, '$1:v4.9.9'));
  return newer;
}
