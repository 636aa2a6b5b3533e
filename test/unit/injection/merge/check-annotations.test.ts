import { describe, expect, it } from 'vitest';
import { decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  a: { annotations: { 'example.com/port': '1', 'example.com/scrape': 'true' } },
  b: { annotations: { 'example.com/port': '2' } },
});
const said = (annotations: Readonly<Record<string, string>>) =>
  told(decide(podWith(annotations), { sidecars }));

describe('an annotation that a sidecar brings', () => {
  it('is not spoken of where nothing is in its way', () => {
    expect(said({ 'sidecar.io/a': 'true' })).toEqual([]);
    expect(said({ 'sidecar.io/a': 'true', 'example.com/port': '1' })).toEqual([]);
  });

  it("gives way to the pod's own, and a warning says so", () => {
    expect(said({ 'sidecar.io/a': 'true', 'example.com/port': '8080' })).toEqual([
      'annotation-kept: example.com/port: "8080" stays; sidecar.io/a would set "1"',
    ]);
  });

  it('gives way to that of a sidecar before it', () => {
    expect(said({ 'sidecar.io/a': 'true', 'sidecar.io/b': 'true' })).toEqual([
      'annotation-kept: example.com/port: "1" stays; sidecar.io/b would set "2"',
    ]);
  });
});
