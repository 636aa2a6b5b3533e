import { definitionText, problemsOf } from '../definition-text.ts';

/** The parameters that the cases of rules name; they are line 6. */
const parameters =
  'parameters: {opt: {type: string}, on: {type: boolean, default: false}, many: {type: string, list: true}, ' +
  'url: {type: url}, policy: {type: enum, values: [Always, never], default: Always}, port: {type: port, default: 80}}';

/** The problems of a definition with these parameters and this spec, whose first line is line 7. */
export function problemsWith(spec: string): readonly string[] {
  return problemsOf(definitionText(`${parameters}\n${spec}`)).map(problem =>
    problem.replace('logs.yaml:', ''),
  );
}
