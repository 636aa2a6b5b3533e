import { describe, expect, it } from 'vitest';
import type { SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const parameters = { text: { type: 'string' }, list: { type: 'string', list: true } };
const image = 'example.com/logs:v1';

function outcome(sidecars: SidecarSet, annotations: Readonly<Record<string, string>>): readonly string[] {
  return told(decide(podWith({ 'sidecar.io/logs': 'true', ...annotations }), { sidecars }));
}

/** The places of a definition that hold values, each with one value many times. */
const places: Readonly<Record<string, object>> = {
  'one argument': { container: { image, args: ['${text}'.repeat(5000)] } },
  arguments: { container: { image, args: Array.from({ length: 5000 }, () => '${text}') } },
  'environment values': { container: { image, env: [{ name: 'A', value: '${text}'.repeat(5000) }] } },
  'a structure in JSON': { container: { image, args: [{ json: { a: '${text}'.repeat(5000) } }] } },
  'a volume': { volumes: [{ name: 'a', hostPath: { path: `/${'${text}'.repeat(5000)}` } }] },
  'an annotation': { annotations: { 'example.com/a': '${text}'.repeat(5000) } },
  'the probe': { ready: { exec: { command: ['test', '${text}'.repeat(5000)] }, within: '1s' } },
};

describe('a sidecar that its values make too large', () => {
  it.each(Object.entries(places))('is refused by the annotation, and never rendered: %s', (_where, spec) => {
    const sidecars = sidecarsOf({ logs: { parameters, ...spec } });
    const before = process.memoryUsage().heapUsed;
    expect(outcome(sidecars, { 'sidecar.io/logs.text': 'x'.repeat(4000) })).toEqual([
      'sidecar-too-large: annotation sidecar.io/logs.text: the sidecar would take more than 256 KiB of the pod; shorten the value',
    ]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1024 * 1024);
    expect(outcome(sidecars, { 'sidecar.io/logs.text': 'x' })).toEqual([]);
  });

  it('is refused where a list repeats a text', () => {
    const container = { image, args: [`--a=\${list}${'y'.repeat(1000)}`] };
    const sidecars = sidecarsOf({ logs: { parameters, container } });
    const list = (count: number) => ({
      'sidecar.io/logs.list': Array.from({ length: count }, (_, index) => `a${index}`).join(),
    });
    expect(outcome(sidecars, list(300))).toEqual([
      'sidecar-too-large: annotation sidecar.io/logs.list: the sidecar would take more than 256 KiB of the pod; shorten the value',
    ]);
    expect(outcome(sidecars, list(200))).toEqual([]);
  });

  it('is told beside what else is wrong', () => {
    const sidecars = sidecarsOf({ logs: { parameters, ...places['arguments'] }, more: {} });
    const annotations = { 'sidecar.io/logs.text': 'x'.repeat(4000), 'sidecar.io/more.cpu': '1' };
    expect(outcome(sidecars, annotations)).toEqual([
      expect.stringMatching(/^sidecar-too-large: /),
      expect.stringMatching(/^parameter-without-switch: /),
    ]);
  });
});
