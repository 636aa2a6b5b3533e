/** What the kubectl that is installed reads, offline; nothing here talks to a cluster. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/kubernetes/json.ts';
import { editManifests, readManifests } from '../../src/manifests/edit-manifests.ts';
import { kubectlScalars } from '../kubectl-scalars.ts';

function kubectlReads(text: string): Json {
  const args = ['annotate', '--local', '--filename', '-', '--output', 'json', 'kubectl=read'];
  const { stdout, stderr, status } = spawnSync('kubectl', args, {
    input: text,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const head = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, annotations: {kubectl: read}}\n';

describe('kubectl', () => {
  it('reads scalars as the table of the tests says', () => {
    const text = `${head}values:\n${kubectlScalars.map(([scalar]) => `- ${scalar}\n`).join('')}`;
    expect(kubectlReads(text)).toHaveProperty(
      'values',
      kubectlScalars.map(([, value]) => value),
    );
  });

  it('reads lines of quoted texts and of brackets wherever they begin', () => {
    const text = `${head}values:\n  a: 'one\ntwo\n\n   three'\n  b: "one\\\n\n two"\n  c: [\nd,\n "e\nf", {\ng: h\n }\n]\n`;
    const read = text.replace('one\\\n\n', 'one\\\n');
    const value = { a: 'one two\nthree', b: 'onetwo', c: ['d', 'e f', { g: 'h' }] };
    expect(kubectlReads(read)).toHaveProperty('values', value);
    expect(readManifests(read)).toMatchObject({ problems: [], objects: [{ value: { values: value } }] });
    // What both read otherwise is refused.
    expect(kubectlReads(text)).toHaveProperty('values.b', 'one\ntwo');
    expect(readManifests(text).problems).toHaveLength(1);
  });

  it('reads what was put into a manifest as it was meant, whatever it is', () => {
    const texts = fc.sample(
      fc.oneof(
        fc.constantFrom(...kubectlScalars.map(([scalar]) => scalar)),
        fc.string({ unit: 'binary', maxLength: 20 }).filter(text => text.isWellFormed()),
        fc.string({ maxLength: 20 }),
        fc.stringMatching(/^[-+.0-9_:eExob]{1,8}$/),
        fc.constantFrom(
          'one\ntwo\n',
          'one\ntwo',
          ' one\ntwo',
          'one\n\ntwo\n\n',
          'a\u2028b',
          'a\u0085b',
          '\ufeffx',
          '#!/bin/sh\nset -e\n\techo\n',
        ),
      ),
      { numRuns: 400, seed: 1 },
    );
    const value = { texts, map: Object.fromEntries(texts.map(text => [text, text])) };
    const block = editManifests(head, () => [{ op: 'add', path: '/values', value }]);
    const flow = editManifests(`${head}values: {}\n`, () => [{ op: 'add', path: '/values/it', value }]);
    expect([block.problems, flow.problems]).toEqual([[], []]);
    expect(kubectlReads(block.text)).toHaveProperty('values', value);
    expect(kubectlReads(flow.text)).toHaveProperty('values', { it: value });
    expect(readManifests(block.text).objects[0]?.value['values']).toEqual(value);
  });
});
