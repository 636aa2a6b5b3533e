import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../../src/sidecars/review/review-definition.ts';

/** Every kind of thing that a definition may have, once. */
const text = `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: logs}
spec:
  description: Ships the logs of the app.
  order: 1
  value: target
  parameters:
    target: {type: url, required: true}
    level: {type: integer, default: 1, minimum: 0, maximum: 5, not: [3], or: [off]}
    form: {type: enum, values: [json, text]}
    secret: {type: secret, pattern: 'a.*'}
  volumes:
    - {name: "\${volume}", emptyDir: {}, shared: true}
    - {when: secret, value: {name: "\${name}-secret", secret: {secretName: "\${secret}"}}}
  container:
    image: example.com/logs:1.0
    args: ["--to=\${target}", {when: [secret, "!run.once"], value: --secret, else: --open}]
    env: [{name: LEVEL, value: "\${level}"}]
    ports: [{containerPort: 8080}]
    volumeMounts: [{name: "\${volume}", mountPath: /logs}, {when: secret, value: {name: "\${name}-secret", mountPath: /secret}}]
    resources: {limits: {memory: 64Mi}}
    securityContext: {capabilities: {drop: [ALL]}, runAsUser: 1}
    livenessProbe: {httpGet: {port: 8080}}
  ready: {exec: {command: [test, -d, /logs]}, within: 5s}
  content: /logs
  modes: [native, init]
  once: form.text
  mount: {readOnly: false}
  guaranteed: {cpu: 100m}
  annotations: {example.com/a: "\${name}"}
`;

type Path = readonly (string | number)[];

/** The paths of everything in a value, the value itself included. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, entry]) => pathsIn(entry, [...path, key]))];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((found, key) => (found as Record<string | number, unknown>)[key], value);
}

function withValueAt(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = withValueAt(copy[key], rest, replacement);
  return copy;
}

/** What somebody might write where something else belongs. */
function oddities(original: unknown): readonly unknown[] {
  return [
    null,
    1.5,
    true,
    'x',
    '${secret}',
    [null],
    { a: 'b' },
    { when: 'secret', value: original },
    { when: [], value: null, else: original },
  ];
}

const definition: unknown = parse(text);

/** What the reader or the review throws, if it does. */
function thrownBy(odd: string): string | undefined {
  try {
    const reading = parseDefinition('logs.yaml', odd);
    if (reading.definition) reviewDefinition(reading.source, reading.spec, reading.definition);
    else expect(reading.problems).not.toEqual([]);
    return undefined;
  } catch (error) {
    return `${error}\n${odd}`;
  }
}

describe('whatever stands in a definition', () => {
  const paths = pathsIn(definition);

  it('is tried at every place of one that is right', () => {
    expect(parseDefinition('logs.yaml', text)).toHaveProperty('definition.name', 'logs');
    expect(paths.length).toBeGreaterThan(90);
  });

  it.each(paths.map(path => [path.join('.') || 'the top', path] as const))(
    'is read or refused, never thrown at: %s',
    (_where, path) => {
      const thrown = oddities(valueAt(definition, path)).map(odd =>
        thrownBy(stringify(withValueAt(definition, path, odd))),
      );
      expect(thrown.filter(Boolean)).toEqual([]);
    },
  );
});
