import { describe, expect, it } from 'vitest';
import { hasNativeProxy, initContainerIndex } from '../../../../src/injection/render/place-sidecar.ts';
import type { Container, PodSpec } from '../../../../src/kubernetes/pod.ts';

const native = (name: string): Container => ({ name, restartPolicy: 'Always' });
const plain = (name: string): Container => ({ name });
const startAfter = ['istio-proxy', 'linkerd-proxy'];

describe('the place of a sidecar among the init containers', () => {
  it.each<[string, PodSpec['initContainers'], number]>([
    ['first, where there are none', undefined, 0],
    ['first, where they are null', null, 0],
    ['first, where the list is empty', [], 0],
    ["before the user's own", [plain('migrate'), plain('warm-up')], 0],
    ['after a native proxy', [native('istio-proxy')], 1],
    [
      'after the last native proxy',
      [native('istio-proxy'), plain('a'), native('linkerd-proxy'), plain('b')],
      3,
    ],
    ['before native sidecars that are no proxies', [native('log-shipper'), plain('a')], 0],
    ['before an init container that only has the name of a proxy', [plain('istio-proxy'), plain('a')], 0],
    ['before a proxy with another restart policy', [{ name: 'istio-proxy', restartPolicy: 'OnFailure' }], 0],
    ['before a proxy whose restart policy is null', [{ name: 'istio-proxy', restartPolicy: null }], 0],
  ])('is %s', (_where, initContainers, index) => {
    const spec: PodSpec = { containers: [plain('app')], initContainers };
    expect(initContainerIndex(spec, startAfter)).toBe(index);
    expect(hasNativeProxy(spec, startAfter)).toBe(index > 0);
  });

  it('does not depend on ordinary containers, although they may carry a restart policy', () => {
    const spec: PodSpec = { containers: [native('istio-proxy')], initContainers: [plain('a')] };
    expect(initContainerIndex(spec, startAfter)).toBe(0);
    expect(hasNativeProxy(spec, startAfter)).toBe(false);
  });

  it('is first where the operator names no proxies', () => {
    expect(initContainerIndex({ containers: [], initContainers: [native('istio-proxy')] }, [])).toBe(0);
  });
});
