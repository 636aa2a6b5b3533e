import { expect, it, vi } from 'vitest';
import { type InForce, versionReport } from '../../../../src/cli/serve/version-report.ts';
import { programVersion } from '../../../../src/program-version.ts';
import { sidecarsOf } from '../../../injection-fixture.ts';
import { logsWith } from '../../running-pods/pods.ts';

it('a replica says what it has in force, and nothing else', async () => {
  const inForce: InForce = {
    definitions: logsWith({}),
    areNativeSidecarsAvailable: true,
    images: {},
  };
  expect(JSON.parse(await versionReport(() => inForce)())).toEqual({
    version: programVersion,
    node: process.version,
    nativeSidecars: true,
    definitions: [
      {
        sidecar: 'logs',
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        image: 'example.com/logs:v1',
        file: 'logs.yaml',
      },
    ],
  });
});

it('it is made once for each change, however often it is asked for', async () => {
  const stringify = vi.spyOn(JSON, 'stringify');
  let inForce: InForce = {
    definitions: logsWith({}),
    areNativeSidecarsAvailable: true,
    images: {},
  };
  stringify.mockClear();
  const report = versionReport(() => ({ ...inForce }));
  const [first] = await Promise.all([report(), report()]);
  const made = stringify.mock.calls.length;
  expect([await report(), await report()]).toEqual([first, first]);
  expect(stringify.mock.calls.length).toBe(made);
  expect(made).toBe(1);
  inForce = { ...inForce, areNativeSidecarsAvailable: false };
  expect(JSON.parse(await report()).nativeSidecars).toBe(false);
  inForce = { ...inForce, definitions: logsWith({ image: 'example.com/logs:v2' }) };
  expect(JSON.parse(await report()).definitions[0].image).toBe('example.com/logs:v2');
  stringify.mockRestore();
});

it('it says what is seen of client certificates, anew where that changes', async () => {
  let shown: 'unknown' | 'always' = 'unknown';
  const report = versionReport(() => ({
    definitions: logsWith({}),
    areNativeSidecarsAvailable: true,
    images: {},
    clientCertificates: { areRequired: false, shown },
  }));
  expect(JSON.parse(await report()).clientCertificates).toEqual({ areRequired: false, shown: 'unknown' });
  shown = 'always';
  expect(JSON.parse(await report()).clientCertificates).toEqual({ areRequired: false, shown: 'always' });
});

it('it lets others have a turn between two definitions', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `logs-${index}`);
  const definitions = sidecarsOf(Object.fromEntries(names.map(name => [name, {}])));
  const report = versionReport(() => ({
    definitions,
    areNativeSidecarsAvailable: true,
    images: {},
  }));
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns++;
    next = setImmediate(count);
  }
  const { definitions: told } = JSON.parse(await report());
  clearImmediate(next);
  expect(told).toHaveLength(50);
  expect(turns).toBeGreaterThanOrEqual(50);
});
