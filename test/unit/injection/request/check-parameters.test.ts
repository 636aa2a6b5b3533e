import { describe, expect, it } from 'vitest';
import { codes, decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  relay: {
    value: '${in}:${out}',
    parameters: {
      in: { type: 'port', required: true },
      out: { type: 'port', required: true },
      status: { type: 'port' },
    },
    container: { image: 'example.com/relay:1', args: ['${in}', '${out}'] },
  },
});
const saidOf = (value: string, annotations: Readonly<Record<string, string>> = {}) =>
  told(decide(podWith({ 'sidecar.io/relay': value, ...annotations }), { sidecars }));

describe('two ports of one sidecar', () => {
  it('are different', () => {
    expect(saidOf('8080:8080')).toEqual([
      'port-taken: annotation sidecar.io/relay: in and out are both 8080; choose another port',
    ]);
    expect(saidOf('1:2', { 'sidecar.io/relay.status': '1' })).toEqual([
      'port-taken: annotation sidecar.io/relay and sidecar.io/relay.status: in and status are both 1; choose another port',
    ]);
    expect(saidOf('1:2', { 'sidecar.io/relay.status': '3' })).toEqual([]);
  });
});

it('a value that has not its form is told once', () => {
  expect(codes(decide(podWith({ 'sidecar.io/relay': '1' }), { sidecars }))).toEqual(['invalid-value']);
});
