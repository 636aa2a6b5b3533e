import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programVersion } from '../../src/program-version.ts';

it('the version of the program is that of its package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(programVersion).toBe(version);
});
