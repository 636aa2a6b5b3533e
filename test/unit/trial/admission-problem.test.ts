import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import { YamlSource } from '../../../src/sidecars/yaml-source.ts';
import { admissionProblem, withoutMode } from '../../../src/trial/admission-problem.ts';
import { samplePod } from '../../../src/trial/sample-pod.ts';
import { definitionText } from '../sidecars/definition-text.ts';

const text = definitionText(`
  volumes: [{name: tmp, emptyDir: {}}]
  container:
    image: a:1
    ports: [{containerPort: 1}, {containerPort: 2}]
  ready: {exec: {command: [a]}, within: 1m}
  annotations: {a: b}
`);

function told(answer: string, values: readonly (readonly [string, string])[] = []): string {
  const trial = {
    mode: 'native',
    texts: new Map(values),
    pod: samplePod('logs', {}),
    decision: { outcome: 'skipped', reason: 'not-requested', warnings: [] },
  } as const;
  return inOneLine(admissionProblem(new YamlSource('logs.yaml', text), trial, answer));
}

const begin = 'the API server refuses the pod in mode native with its defaults:';

describe('what the API server says of a pod', () => {
  it.each([
    [
      'Pod "logs-x1" is invalid: spec.initContainers[0].ports[1].containerPort: Invalid value: 2: no',
      `logs.yaml:9:49: spec.container.ports[1].containerPort: ${begin} spec.initContainers[0].ports[1].containerPort: Invalid value: 2: no`,
    ],
    [
      'Pod "logs-x1" is invalid: [spec.containers[1].image: no, spec.volumes[0]: no]',
      `logs.yaml:8:12: spec.container.image: ${begin} [spec.containers[1].image: no, spec.volumes[0]: no]`,
    ],
    ['spec.volumes[0].emptyDir: no', `logs.yaml:6:12: spec.volumes: ${begin} spec.volumes[0].emptyDir: no`],
    [
      'spec.initContainers[0].startupProbe.exec: no',
      `logs.yaml:10:17: spec.ready.exec: ${begin} spec.initContainers[0].startupProbe.exec: no`,
    ],
    ['metadata.annotations: no', `logs.yaml:11:16: spec.annotations: ${begin} metadata.annotations: no`],
    ['pods "logs-x1" is forbidden: violates PodSecurity', `logs.yaml:1:1: ${begin} violates PodSecurity`],
  ])('stands at the key that it is about: %s', (answer, line) => {
    expect(told(answer)).toBe(line);
  });

  it('names what was set', () => {
    const values = [
      ['', 'true'],
      ['a', '1'],
      ['b', 'x,y'],
    ] as const;
    expect(told('no', values)).toContain('in mode native with a=1 b=x,y: no');
  });

  it('is one line, and no longer than somebody would read', () => {
    const line = told(`${'long '.repeat(1000)}\nend`);
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(1200);
  });

  it('is the same in each mode', () => {
    expect(withoutMode('Pod "a-1" is invalid: spec.initContainers[0].x')).toBe(
      withoutMode('Pod "a-2" is invalid: spec.containers[1].x'),
    );
  });
});
