import { expect, it } from 'vitest';
import { ApiError } from '../../../../src/cluster/api-error.ts';
import { readNodeZones } from '../../../../src/cluster/fleet/node-zones.ts';

const failing = (status: number) => ({
  request: async () => {
    throw new ApiError('GET /api/v1/nodes', status, 'no');
  },
});

it('the zones of nodes are those of their labels', async () => {
  const node = (name: string, labels: Readonly<Record<string, string>>) => ({ metadata: { name, labels } });
  const items = [node('a', { 'topology.kubernetes.io/zone': 'north' }), node('b', {})];
  expect(await readNodeZones({ request: async () => ({ items }) })).toEqual(new Map([['a', 'north']]));
});

it('the zones of nodes are none where nodes may not be listed, and an error where the API server is away', async () => {
  expect(await readNodeZones(failing(403))).toEqual(new Map());
  await expect(readNodeZones(failing(0))).rejects.toThrow('no');
});
