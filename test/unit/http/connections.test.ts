import { describe, expect, it } from 'vitest';
import { Connections } from '../../../src/http/connections.ts';

/** Connections with names, and which of them were closed, in order. */
function connectionsOf(
  maximum: number,
  newcomers: number,
  isSilent?: (connection: { destroy(): void }) => boolean,
) {
  const closed: string[] = [];
  let drops = 0;
  const connections = new Connections<{ destroy(): void }>(
    { maximum, newcomers },
    { onDrop: () => drops++, ...(isSilent && { isSilent }) },
  );
  const open = (name: string) => {
    const connection = { destroy: () => void closed.push(name) };
    connections.open(connection);
    return connection;
  };
  return { connections, open, closed, drops: () => drops };
}

describe('too many connections', () => {
  it('close the oldest, and never the newest', () => {
    const { connections, open, closed, drops } = connectionsOf(2, 1);
    for (const name of ['a', 'b', 'c', 'd']) open(name);
    expect(closed).toEqual(['a', 'b']);
    expect(connections.size).toBe(2);
    expect(drops()).toBe(2);
  });

  it('spare those that had a request answered, as long as there is any other', () => {
    const { connections, open, closed } = connectionsOf(3, 1);
    const apiServer = open('api server');
    connections.prove(apiServer);
    for (let count = 0; count < 5000; count++) open(`silent ${count}`);
    expect(closed).toHaveLength(4998);
    expect(closed).not.toContain('api server');
  });

  it('close the one that is idle longest where all had, so that newcomers have a place', () => {
    const { connections, open, closed } = connectionsOf(3, 1);
    const [a] = ['a', 'b', 'c'].map(name => {
      const connection = open(name);
      connections.prove(connection);
      return connection;
    });
    // a is used again, so b is idle longest.
    if (a) connections.use(a);
    open('d');
    expect(closed).toEqual(['b']);
    // The place of a newcomer is free for the next one.
    open('e');
    expect(closed).toEqual(['b', 'd']);
  });

  it('close those on which nothing has come before the others', () => {
    const spoken = new Set<object>();
    const { open, closed } = connectionsOf(2, 0, connection => !spoken.has(connection));
    spoken.add(open('spoke'));
    for (const name of ['silent 1', 'silent 2', 'silent 3']) open(name);
    expect(closed).toEqual(['silent 1', 'silent 2']);
    spoken.add(open('spoke too'));
    expect(closed).toEqual(['silent 1', 'silent 2', 'silent 3']);
    open('silent 4');
    expect(closed.at(-1), 'the oldest of those that spoke').toBe('spoke');
  });

  it('are counted without those that have closed by themselves', () => {
    const { connections, open, closed } = connectionsOf(2, 1);
    const [a, b] = [open('a'), open('b')];
    connections.prove(b);
    connections.close(a);
    connections.close(b);
    connections.close(b);
    // What comes too late says nothing any more.
    connections.prove(a);
    connections.use(b);
    expect(connections.size).toBe(0);
    open('c');
    open('d');
    expect(closed).toEqual([]);
  });

  it('are closed all together at the end', () => {
    const { connections, open, closed, drops } = connectionsOf(3, 1);
    connections.prove(open('a'));
    open('b');
    connections.destroyAll();
    expect(closed.toSorted()).toEqual(['a', 'b']);
    expect(drops()).toBe(0);
  });
});
