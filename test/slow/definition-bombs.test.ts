import { describe, expect, it } from 'vitest';
import { composeYaml } from '../../src/compose-yaml.ts';
import { inOneLine } from '../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../src/sidecars/review/review-definition.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { yamlBombs } from '../yaml-bombs.ts';

const image = 'container: {image: "example.com/logs:1.0"}';

function times(count: number, entry: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => entry(index)).join('');
}

/** Definitions that are right, or wrong in one way only, and of a kind that a careless reader compares pairwise. */
const largeDefinitions: Readonly<Record<string, (size: number) => string>> = {
  parameters: size =>
    definitionText(`parameters: {${times(size, i => `p${i}: {type: string}, `)}}\n${image}`),
  'parameters, all named': size =>
    definitionText(
      `parameters: {${times(size, i => `p${i}: {type: string}, `)}}\ncontainer: {image: "a:1", args: [${times(size, i => `"\${p${i}}", `)}]}`,
    ),
  'parameters, all asked for': size =>
    definitionText(
      `parameters: {${times(size, i => `p${i}: {type: string}, `)}}\ncontainer: {image: "a:1", args: [${times(size, i => `{when: p${i}, value: a}, `)}]}`,
    ),
  'parameters that need another': size =>
    definitionText(`parameters: {${times(size, i => `p${i}: {type: string, needs: p0}, `)}}\n${image}`),
  'unknown parameters': size =>
    definitionText(
      `parameters: {a: {type: string}}\ncontainer: {image: "a:1", args: [${times(size, i => `"\${b${i}}", `)}]}`,
    ),
  'one long text of parameters': size =>
    definitionText(
      `parameters: {a: {type: string}}\ncontainer: {image: "a:1", args: ["${'${a}'.repeat(size * 4)}"]}`,
    ),
  'volumes and mounts': size =>
    definitionText(
      `volumes: [${times(size, i => `{name: v${i}, emptyDir: {}}, `)}]\ncontainer: {image: "a:1", volumeMounts: [${times(size, i => `{name: v${i}, mountPath: /v${i}}, `)}]}`,
    ),
  'mounts without volumes': size =>
    definitionText(
      `volumes: [${times(size, i => `{name: v${i}, emptyDir: {}}, `)}]\ncontainer: {image: "a:1", volumeMounts: [${times(size, i => `{name: w${i}, mountPath: /v${i}}, `)}]}`,
    ),
  values: size =>
    definitionText(`parameters: {a: {type: enum, values: [${times(size, i => `v${i}, `)}]}}\n${image}`),
  'values, all asked for': size =>
    definitionText(
      `parameters: {a: {type: enum, values: [${times(size, i => `v${i}, `)}]}}\ncontainer: {image: "a:1", args: [${times(size, i => `{when: a.v${i}, value: a}, `)}]}`,
    ),
  annotations: size => definitionText(`${image}\nannotations: {${times(size, i => `a.b/c${i}: d, `)}}`),
  'unknown keys': size => definitionText(`${image}\n${times(size, i => `contaner${i}: 1\n`)}`),
  'shell commands': size =>
    definitionText(`container: {image: "a:1", command: [sh, -c, ${times(size, () => '"${name}", ')}]}`),
};

function readAndReview(text: string): void {
  const reading = parseDefinition('logs.yaml', text);
  if (reading.definition) reviewDefinition(reading.source, reading.spec, reading.definition);
}

/** CPU in milliseconds. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a definition that was written to do harm', () => {
  it.each(Object.entries(yamlBombs))('is refused within a bound, with few problems: %s', (_name, text) => {
    const before = process.cpuUsage();
    const { problems = [] } = { problems: undefined, ...parseDefinition('logs.yaml', text) };
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(21);
    expect(problems.map(inOneLine).join('\n').length).toBeLessThan(64 * 1024);
  });

  it.each(Object.keys(yamlBombs))('takes nothing but itself: %s', name => {
    const files = [
      { name: 'bomb.yaml', text: yamlBombs[name] ?? '' },
      { name: 'good.yaml', text: definitionText(image, 'good') },
    ];
    const { sidecars, problems } = nextSidecarSet(emptySidecarSet, files);
    expect([...sidecars.keys()]).toEqual(['good']);
    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['bomb.yaml']));
  });

  it('shows no more of a text than fits on a screen, on one line and without signs for terminals', () => {
    const text = definitionText(
      `${image}\n"a\\nb\\e[31m${'x'.repeat(900)}": 1\norder: "${'y'.repeat(100_000)}"`,
    );
    const reading = parseDefinition('logs.yaml', text);
    const lines = reading.definition ? [] : reading.problems.map(inOneLine);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('spec.a\ufffdb\ufffd[31mxxx');
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line.length).toBeLessThan(2500);
    }
  });

  it('has its problems counted beyond the twentieth', () => {
    const text = definitionText(`${image}\n${times(50, i => `contaner${i}: 1\n`)}`);
    const reading = parseDefinition('logs.yaml', text);
    const problems = reading.definition ? [] : reading.problems;
    expect(problems).toHaveLength(21);
    expect(problems[0]?.message).toBe('unknown key "contaner0"; did you mean "container"?');
    expect(problems.at(-1)).toMatchObject({ path: '', message: 'and 30 more in this file' });
  });
});

/** The text of a kind that is as large as one may be. */
function largest(textOf: (size: number) => string): string {
  const sizes = Array.from({ length: 40 }, (_, index) => 2000 - index * 50);
  const fits = (text: string) => composeYaml(text).problems.length === 0;
  return sizes.map(textOf).find(fits) ?? '';
}

describe('a definition that is as large as one may be', () => {
  const parameters = largest(largeDefinitions['parameters'] ?? String);

  it.each(Object.entries(largeDefinitions))(
    'is read, checked and reviewed for a few times what the YAML of a large one costs: %s',
    (_name, textOf) => {
      const text = largest(textOf);
      expect(text.length).toBeGreaterThan(9000);
      const runs = [1, 2, 3, 4, 5].map(() => ({
        yaml: cpuOf(() => composeYaml(parameters)),
        all: cpuOf(() => readAndReview(text)),
      }));
      const least = (of: 'yaml' | 'all') => Math.min(...runs.map(run => run[of]));
      // It takes two to five times as long; a loop in a loop took more than eight.
      expect(least('all') / least('yaml')).toBeLessThan(8);
    },
  );
});
