import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';
import { engineProblems } from '../../../src/trial/engine-problems.ts';
import { shippedFiles } from '../../injection-fixture.ts';
import { definitionText } from '../sidecars/definition-text.ts';

function problemsIn(text: string): readonly string[] {
  const reading = parseDefinition('logs.yaml', text);
  if (!reading.definition) throw new Error(reading.problems.map(inOneLine).join('\n'));
  return engineProblems(reading.definition, reading.source).map(inOneLine);
}

describe('what the engine says to every pod of a definition', () => {
  it('is said at the key that it is about', () => {
    const text = definitionText(`
      parameters:
        port: {type: port, default: 80}
        admin: {type: port, default: 80}
      container:
        image: a:1
        args: ["\${port}", "\${admin}"]
        ports: [{containerPort: "\${port}"}]
    `);
    expect(problemsIn(text)).toEqual([
      'logs.yaml:12:12: spec.container.ports: with its defaults every pod is refused: annotation sidecar.io/logs.port and sidecar.io/logs.admin: port and admin are both 80; choose another port',
    ]);
  });

  it('is not said where a default makes it right', () => {
    const text = definitionText(`
      parameters:
        limit: {type: quantity, default: 64Mi}
      container:
        image: a:1
        resources: {requests: {memory: 64Mi}, limits: {memory: "\${limit}"}}
    `);
    expect(problemsIn(text)).toEqual([]);
  });

  it('is not said where a value was found that makes it right, among those of a required parameter', () => {
    const text = (parameters: string) =>
      definitionText(`
        value: limit
        parameters:
          limit: ${parameters}
        container:
          image: a:1
          resources: {requests: {memory: 1Gi}, limits: {memory: "\${limit}"}}
      `);
    expect(problemsIn(text('{type: quantity, required: true, or: [2Gi]}'))).toEqual([]);
    expect(problemsIn(text('{type: quantity, required: true, maximum: 1Mi}'))).toHaveLength(1);
  });

  it.each(shippedFiles)('is nothing of $name', ({ text = '' }) => {
    expect(problemsIn(text)).toEqual([]);
  });
});
