import { describe, expect, it } from 'vitest';
import { NamespaceView } from '../../../../src/cluster/namespaces/namespace-view.ts';

function facts(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { name, labels, annotations: {} };
}

describe('the namespaces that were told', () => {
  it('are kept by their names, as they were told last', () => {
    const view = new NamespaceView();
    view.set(facts('shop', { a: '1' }));
    view.set(facts('shop', { a: '2' }));
    view.set(facts('__proto__'));
    expect([view.size, view.get('shop')?.labels, view.get('constructor')]).toEqual([
      2,
      { a: '2' },
      undefined,
    ]);
    view.delete('shop');
    view.delete('shop');
    expect([view.size, view.get('shop')]).toEqual([1, undefined]);
  });

  it('take no more memory than is said, and what is gone takes none', () => {
    const view = new NamespaceView(1000);
    const large = { a: 'x'.repeat(500) };
    for (let round = 0; round < 10; round++) {
      view.set(facts('shop', large));
      view.set(facts('shop', large));
      view.delete('shop');
    }
    view.set(facts('shop', large));
    view.set(facts('other', large));
    expect([view.size, view.get('other')]).toEqual([1, undefined]);
    view.delete('shop');
    view.set(facts('other', large));
    expect([view.size, view.get('other')?.labels]).toEqual([1, large]);
  });
});
