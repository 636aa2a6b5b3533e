import { expect, it, vi } from 'vitest';
import { type InForce, versionReport } from '../../../../src/cli/serve/version-report.ts';
import { programVersion } from '../../../../src/program-version.ts';
import { logsWith } from '../../running-pods/pods.ts';

it('a replica says what it has in force, and nothing else', () => {
  const inForce: InForce = {
    definitions: logsWith({}),
    areNativeSidecarsAvailable: true,
    imageRegistry: undefined,
  };
  expect(JSON.parse(versionReport(() => inForce)())).toEqual({
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

it('it is made once for each change, however often it is asked for', () => {
  const stringify = vi.spyOn(JSON, 'stringify');
  let inForce: InForce = {
    definitions: logsWith({}),
    areNativeSidecarsAvailable: true,
    imageRegistry: undefined,
  };
  const report = versionReport(() => ({ ...inForce }));
  const first = report();
  const made = stringify.mock.calls.length;
  expect([report(), report()]).toEqual([first, first]);
  expect(stringify.mock.calls.length).toBe(made);
  inForce = { ...inForce, areNativeSidecarsAvailable: false };
  expect(JSON.parse(report()).nativeSidecars).toBe(false);
  inForce = { ...inForce, definitions: logsWith({ image: 'example.com/logs:v2' }) };
  expect(JSON.parse(report()).definitions[0].image).toBe('example.com/logs:v2');
  stringify.mockRestore();
});
