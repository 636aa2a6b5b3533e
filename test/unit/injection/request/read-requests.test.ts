import { describe, expect, it } from 'vitest';
import { readRequests } from '../../../../src/injection/request/read-requests.ts';

describe('the requests of a pod', () => {
  it('are none where no annotation is ours', () => {
    const annotations = {
      'prometheus.io/scrape': 'true',
      'sidecar.io/inject': 'true',
      'sidecar.io/status': '{}',
    };
    expect(readRequests(annotations)).toEqual({ requests: [], malformed: [] });
  });

  it('are grouped by instance, each with its name, its key and its values', () => {
    const { requests } = readRequests({
      'sidecar.io/logs_audit.level': '2',
      'sidecar.io/logs': 'a',
      'sidecar.io/logs_audit': 'b',
      'sidecar.io/logs.level': '1',
    });
    expect(requests).toMatchObject([
      { sidecar: 'logs', name: 'logs', key: 'sidecar.io/logs' },
      { sidecar: 'logs', name: 'logs-audit', key: 'sidecar.io/logs_audit' },
    ]);
    expect(requests.map(({ annotations }) => Object.fromEntries(annotations))).toEqual([
      { '': 'a', level: '1' },
      { '': 'b', level: '2' },
    ]);
  });

  it('are there without the annotation that asks for the sidecar, so that its absence can be told', () => {
    const { requests } = readRequests({ 'sidecar.io/logs.level': '1' });
    expect(requests).toMatchObject([{ key: 'sidecar.io/logs' }]);
    expect(requests[0]?.annotations.has('')).toBe(false);
  });

  it('leave out keys that break the grammar, and name them', () => {
    const { requests, malformed } = readRequests({ 'sidecar.io/logs_': '1', 'sidecar.io/LOGS': '2' });
    expect(requests).toEqual([]);
    expect(malformed).toEqual([
      { key: 'sidecar.io/LOGS', sidecar: 'LOGS' },
      { key: 'sidecar.io/logs_', sidecar: 'logs' },
    ]);
  });

  it('have a hash that changes with each value and each key, and with nothing else', () => {
    const hash = (annotations: Readonly<Record<string, string>>) =>
      readRequests(annotations).requests[0]?.hash;
    const base = { 'sidecar.io/logs': 'a', 'sidecar.io/logs.level': '1' };
    expect(hash(base)).toMatch(/^[0-9a-f]{16}$/);
    const same = { 'sidecar.io/logs.level': '1', 'example.com/x': 'y', 'sidecar.io/logs': 'a' };
    expect(hash(same)).toBe(hash(base));
    const others = [
      { ...base, 'sidecar.io/logs': 'b' },
      { ...base, 'sidecar.io/logs.level': '2' },
      { ...base, 'sidecar.io/logs.size': '1' },
      { 'sidecar.io/logs': 'a' },
      { 'sidecar.io/logs': 'a', 'sidecar.io/logs.leve': 'l1' },
    ];
    expect(new Set([base, ...others].map(hash)).size).toBe(others.length + 1);
  });

  it('stand in the order of their keys, whatever order the pod has', () => {
    const names = (annotations: Readonly<Record<string, string>>) =>
      readRequests(annotations).requests.map(({ name }) => name);
    const expected = ['alpha', 'beta', 'beta-2', 'gamma'];
    const forwards = {
      'sidecar.io/alpha': '',
      'sidecar.io/beta': '',
      'sidecar.io/beta_2': '',
      'sidecar.io/gamma': '',
    };
    expect(names(forwards)).toEqual(expected);
    expect(names(Object.fromEntries(Object.entries(forwards).reverse()))).toEqual(expected);
  });
});
