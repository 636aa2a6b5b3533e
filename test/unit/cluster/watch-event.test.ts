import { describe, expect, it } from 'vitest';
import { readWatchEvent } from '../../../src/cluster/watch-event.ts';

const metadata = { name: 'shop', resourceVersion: '7' };

function read(type: unknown, object: unknown) {
  return readWatchEvent(JSON.stringify({ type, object }));
}

describe('a line of the watch', () => {
  it.each([
    ['ADDED', 'written'],
    ['MODIFIED', 'written'],
    ['DELETED', 'deleted'],
  ])('of type %s tells of an object', (type, meaning) => {
    expect(read(type, { metadata })).toEqual({ type: meaning, object: { metadata }, resourceVersion: '7' });
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
  ])('is refused where it is something else: %s', (line, message) => {
    expect(() => readWatchEvent(line)).toThrow(message);
  });
});
