import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

function fileWith(text: string): string {
  const path = join(temporaryDirectory(), 'config.yaml');
  writeFileSync(path, text);
  return path;
}

describe('loadConfig', () => {
  it('reads the file that --config names', async () => {
    expect(await loadConfig(['--config', fileWith('drainSeconds: 9')])).toMatchObject({
      config: { drainSeconds: 9 },
    });
  });

  it('reads the file and the settings that the environment names', async () => {
    vi.stubEnv('SIDECAR_INJECTOR_CONFIG', fileWith('drainSeconds: 9\nlogLevel: warn'));
    vi.stubEnv('SIDECAR_INJECTOR_LOG_LEVEL', 'debug');
    try {
      expect(await loadConfig([])).toMatchObject({ config: { drainSeconds: 9, logLevel: 'debug' } });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('names the file in its problems', async () => {
    const path = fileWith('drainSecond: 9');
    expect(await loadConfig(['--config', path])).toEqual({
      problems: [`${path}: unknown key "drainSecond"; did you mean "drainSeconds"?`],
    });
  });

  it('says which file cannot be read', async () => {
    const path = join(temporaryDirectory(), 'missing.yaml');
    expect(await loadConfig(['--config', path])).toEqual({
      problems: [
        expect.stringMatching(/^configuration file ".*missing\.yaml": ENOENT: no such file or directory/),
      ],
    });
  });

  it('says what else is wrong when the file cannot be read', async () => {
    const path = join(temporaryDirectory(), 'missing.yaml');
    expect(await loadConfig(['--config', path, '--listn=x'])).toEqual({
      problems: [
        'unknown flag --listn; did you mean "listen"?',
        expect.stringMatching(/^configuration file .*ENOENT/),
      ],
    });
  });

  it('says that the path is empty', async () => {
    const problems = [expect.stringMatching(/^configuration file "": ENOENT/)];
    expect(await loadConfig(['--config='])).toEqual({ problems });
    vi.stubEnv('SIDECAR_INJECTOR_CONFIG', '');
    try {
      expect(await loadConfig([])).toEqual({ problems });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
