import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../../../src/cluster/objects/read-settings.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { FakeClient } from './fake-client.ts';

const file = new URL('../../../../deploy/base/deployment.yaml', import.meta.url);
const shipped = JSON.parse(JSON.stringify(parse(readFileSync(file, 'utf8'))));
const path = '/api/v1/namespaces/sidecar-injector/configmaps/sidecar-injector-config';
const client = () => new FakeClient({ [path]: { data: { 'config.yaml': 'workloads: warn\n' } } });

function deploymentWith(args: readonly string[]): JsonObject {
  const changed = structuredClone(shipped);
  changed.spec.template.spec.containers[0].args = args;
  return changed;
}

describe('the settings of an injector', () => {
  it('are its arguments and the file that they name, from the ConfigMap that is mounted there', async () => {
    expect(await readSettings(client(), shipped)).toEqual({
      flags: ['--config=/etc/sidecar-injector/config/config.yaml'],
      file: { path: 'ConfigMap sidecar-injector-config', text: 'workloads: warn\n' },
    });
  });

  it('may name the file in an argument of its own', async () => {
    const args = ['serve', '--config', '/etc/sidecar-injector/config/config.yaml', '--log-level=debug'];
    expect((await readSettings(client(), deploymentWith(args))).file?.text).toBe('workloads: warn\n');
  });

  it('are the arguments alone where no ConfigMap has the file', async () => {
    const args = ['serve', '--config=/elsewhere/config.yaml'];
    expect(await readSettings(client(), deploymentWith(args))).toEqual({ flags: [args[1]] });
    expect(await readSettings(client(), deploymentWith(['serve']))).toEqual({ flags: [] });
  });

  it('are not known where nobody may read the ConfigMap', async () => {
    await expect(readSettings(new FakeClient({ [path]: 403 }), shipped)).rejects.toThrow(/forbidden/);
  });
});
