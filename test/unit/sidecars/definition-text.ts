import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';

/** The text of a definition whose spec has these lines below its description: the first of them is line 6. */
export function definitionText(spec: string, name = 'logs'): string {
  const lines = spec.replace(/^\n|\n\s*$/g, '').split('\n');
  const margin = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.search(/\S/)));
  return [
    'apiVersion: sidecar.io/v1',
    'kind: Sidecar',
    `metadata: {name: ${name}}`,
    'spec:',
    '  description: Ships the logs of the app.',
    ...lines.map(line => `  ${line.slice(margin)}`),
    '',
  ].join('\n');
}

/** What is wrong with a text, one line each, as an editor would show it. */
export function problemsOf(text: string): readonly string[] {
  const reading = parseDefinition('logs.yaml', text);
  return reading.definition ? [] : reading.problems.map(inOneLine);
}
