import { describe, expect, it } from 'vitest';
import { readWatchEvent } from '../../../../src/cluster/namespaces/watch-event.ts';

const metadata = {
  name: 'shop',
  resourceVersion: '7',
  labels: { 'sidecar.io/inject': 'enabled' },
  annotations: { 'sidecar.io/logs': 'true', 'example.com/secret': 'x' },
  managedFields: [{}],
};
const facts = {
  name: 'shop',
  labels: { 'sidecar.io/inject': 'enabled' },
  annotations: { 'sidecar.io/logs': 'true' },
};

function read(type: unknown, object: unknown) {
  return readWatchEvent(JSON.stringify({ type, object }));
}

describe('a line of the watch', () => {
  it.each([
    ['ADDED', 'written'],
    ['MODIFIED', 'written'],
    ['DELETED', 'deleted'],
  ])('of type %s tells of a namespace, and nothing of it that is not ours', (type, meaning) => {
    expect(read(type, { metadata })).toEqual({ type: meaning, facts, resourceVersion: '7' });
  });

  it('may be a bookmark, which tells how far it has come', () => {
    const bookmark = { kind: 'Namespace', metadata: { resourceVersion: '12', creationTimestamp: null } };
    expect(read('BOOKMARK', bookmark)).toEqual({ type: 'bookmark', resourceVersion: '12' });
  });

  it('may say why it does not go on', () => {
    const status = { kind: 'Status', code: 410, message: 'too old resource version: 1 (5)' };
    expect(() => read('ERROR', status)).toThrow('the watch has failed: too old resource version: 1 (5)');
    expect(() => read('ERROR', null)).toThrow('the watch has failed: undefined');
  });

  it.each([
    ['', 'a line of the watch is no event'],
    ['<html>secret', 'a line of the watch is no event'],
    ['[]', 'a line of the watch is no event'],
    ['{}', 'an event of the watch has no resourceVersion'],
    ['{"type":"ADDED"}', 'an event of the watch has no resourceVersion'],
    [
      '{"type":"ADDED","object":{"metadata":{"resourceVersion":5}}}',
      'an event of the watch has no resourceVersion',
    ],
    [
      '{"type":"NEW","object":{"metadata":{"resourceVersion":"5"}}}',
      'an event of the watch has a type that nobody knows',
    ],
    [
      '{"type":"ADDED","object":{"metadata":{"resourceVersion":"5","labels":[]}}}',
      'namespace.metadata.labels: expected an object, got a list',
    ],
  ])('is refused where it is something else: %s', (line, message) => {
    expect(() => readWatchEvent(line)).toThrow(message);
  });
});
