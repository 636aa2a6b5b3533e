import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.ts';

const example = new URL('../../../docs/examples/registry/', import.meta.url);
const sidecars = new URL('../../../sidecars/', import.meta.url);

it('the example of a registry is a configuration, for sidecars that there are', () => {
  const text = readFileSync(new URL('config.yaml', example), 'utf8');
  const reading = parseConfig({ flags: [], variables: {}, file: { path: 'config.yaml', text } });
  const { images = {}, imageRegistry } = reading.config ?? {};
  expect(imageRegistry).toBe('registry.example.com/mirror');
  expect(Object.keys(images)).toEqual(['git-sync']);
  expect(readdirSync(sidecars)).toContain('git-sync.yaml');
});
