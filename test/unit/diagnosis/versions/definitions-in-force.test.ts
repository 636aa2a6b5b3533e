import { describe, expect, it } from 'vitest';
import { definitionsInForce } from '../../../../src/diagnosis/versions/definitions-in-force.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../../../../src/sidecars/sidecar-set.ts';
import { definitionText } from '../../sidecars/definition-text.ts';

const fileOf = (name: string, container: string, file = `${name}.yaml`) => ({
  name: file,
  text: definitionText(`container: ${container}`, name),
});
const setOf = (...files: readonly SidecarFile[]) => nextSidecarSet(emptySidecarSet, files);
const logs = fileOf('logs', '{image: "example.com/logs:v1"}');
const hash = expect.stringMatching(/^[0-9a-f]{16}$/);

describe('what is in force', () => {
  it('is each definition with its hash, its image and its file', () => {
    const proxy = fileOf('proxy', '{image: proxy}', 'a.yaml');
    expect(definitionsInForce(setOf(proxy, logs), {})).toEqual([
      { sidecar: 'logs', hash, image: 'example.com/logs:v1', file: 'logs.yaml' },
      { sidecar: 'proxy', hash, image: 'proxy', file: 'a.yaml' },
    ]);
  });

  it('names the image from the registry that the operator named', () => {
    expect(definitionsInForce(setOf(logs), { imageRegistry: 'registry.local/all' })).toMatchObject([
      { image: 'registry.local/all/logs:v1' },
    ]);
  });

  it('names the image that the operator named, whatever annotations set', () => {
    const image = `registry.local/logs@sha256:${'0a'.repeat(32)}`;
    const open = `
      parameters: {tag: {type: string, description: Version, required: true}}
      container: {image: "a:\${tag}"}
    `;
    const settings = { images: { logs: image }, imageRegistry: 'mirror.local' };
    for (const file of [logs, { name: 'logs.yaml', text: definitionText(open) }])
      expect(definitionsInForce(setOf(file), settings)).toMatchObject([{ image }]);
  });

  it('names the image that annotations get which set nothing beside what is required', () => {
    const chosen = (parameters: string) => ({
      name: 'logs.yaml',
      text: definitionText(`
        parameters: {tag: ${parameters}}
        container: {image: "example.com/logs:\${tag}"}
      `),
    });
    const preset = chosen('{type: string, default: v3, description: Version}');
    const open = chosen('{type: string, description: Version, required: true}');
    expect(definitionsInForce(setOf(preset), {})).toMatchObject([{ image: 'example.com/logs:v3' }]);
    expect(definitionsInForce(setOf(open), {})).toEqual([{ sidecar: 'logs', hash, file: 'logs.yaml' }]);
  });

  it('is the last good version of a file, with what is wrong with it now', () => {
    const broken = { ...logs, text: logs.text.replace('container', 'kontainer') };
    const set = nextSidecarSet(setOf(logs), [broken]);
    expect(definitionsInForce(set, {})).toEqual([
      {
        sidecar: 'logs',
        hash,
        image: 'example.com/logs:v1',
        file: 'logs.yaml',
        problem: expect.stringMatching(/^line \d+: .*container.* \(and \d+ more\)$/),
      },
    ]);
  });

  it('is nothing of a file that never was right, or whose sidecar another one has', () => {
    const broken = { name: 'zebra.yaml', text: 'kind: Sidecar\n' };
    const other = fileOf('logs', '{image: "example.com/logs:v9"}', 'other.yaml');
    expect(definitionsInForce(setOf(logs, other, broken), {})).toEqual([
      { sidecar: 'logs', hash, image: 'example.com/logs:v1', file: 'logs.yaml' },
      {
        sidecar: 'logs',
        file: 'other.yaml',
        problem: 'line 1: "logs" is defined in logs.yaml too, which has it',
      },
      { sidecar: 'zebra', file: 'zebra.yaml', problem: expect.stringMatching(/^line /) },
    ]);
  });

  it('tells of defaults that belong to no sidecar', () => {
    const set = nextSidecarSet(emptySidecarSet, [logs], { defaults: { lugs: { tag: 'v1' } } });
    expect(definitionsInForce(set, {})[0]).toEqual({
      file: 'configuration',
      problem: expect.stringContaining('defaults.lugs: no file defines a sidecar of this name'),
    });
  });
});

describe('what is shown of it', () => {
  it('holds nothing that could be a credential', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const broken = { ...logs, text: logs.text.replace('spec:', `spec:\n  ${token}: yes`) };
    const text = JSON.stringify(definitionsInForce(setOf(broken), {}));
    expect(text).toContain('***');
    expect(text).not.toContain(token);
  });

  it('is bounded, whatever the files hold, and no file looks as if it were right', () => {
    const long = 'x'.repeat(5000);
    const files = Array.from({ length: 300 }, (_, index) => ({
      name: `f${index}.yaml`,
      text: `${long}: 1\n${long}\n`,
    }));
    const shown = definitionsInForce(setOf(...files), {});
    expect(shown).toHaveLength(300);
    expect(shown.every(({ problem, hash }) => problem !== undefined && hash === undefined)).toBe(true);
    expect(JSON.stringify(shown).length).toBeLessThan(300 * 700);
  });
});
