/** The program in the sidecar gets the value that the user wrote, although the kubelet expands `$(NAME)` on the way. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { inject } from '../../src/injection/inject.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { defaultPolicy, gitSync, podWith, shippedSidecars, sidecarsOf } from '../injection-fixture.ts';
import { expand } from '../kubelet-expansion.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Every name has a value, so that a reference that gets through is seen. */
const expanded = (text: Json | undefined) => expand(String(text), name => `<value of ${name}>`);

const tricky = fc
  .string({
    unit: fc.constantFrom('$', '$', '(', ')', '{', '}', 'A', ' ', '~', 'é'),
    minLength: 1,
    maxLength: 14,
  })
  .filter(text => !text.startsWith('-'));

const sidecars = sidecarsOf({
  echo: {
    value: 'text',
    parameters: {
      text: { type: 'string', pattern: '.*' },
      other: { type: 'string', pattern: '.*', default: '(A)' },
    },
    container: {
      image: 'example.com/echo:v1',
      command: ['${text}', 'run'],
      args: [
        '${text}',
        '--text=${text}',
        '${text}${other}',
        '${other}${text}',
        '$(HOME)/${text}',
        'plain $(HOME) $${text}',
      ],
      env: [{ name: 'TEXT', value: 'x${text}y' }],
      workingDir: '/${text}',
      volumeMounts: [{ name: 'data', mountPath: '/data', subPathExpr: 'p${text}' }],
      livenessProbe: { exec: { command: ['check', '${text}'] } },
      lifecycle: { preStop: { exec: { command: ['stop', '${text}'] } } },
    },
    volumes: [{ name: 'data', emptyDir: {} }],
    ready: { exec: { command: ['test', '${text}'] }, within: '1m' },
    content: '/${text}',
    annotations: { 'example.com/text': '${text}' },
  },
});

interface Rendered {
  readonly container: JsonObject;
  readonly annotations: Readonly<Record<string, string>>;
}

function render(annotations: Readonly<Record<string, string>>, set = sidecars): Rendered {
  const decision = inject(podWith(annotations), set, defaultPolicy);
  if (decision.outcome !== 'injected') throw new Error(JSON.stringify(decision));
  const [sidecar] = decision.sidecars;
  return {
    container: sidecar?.initContainers[0] as unknown as JsonObject,
    annotations: Object.fromEntries(sidecar?.annotations ?? []),
  };
}

function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((below, key) => (below as JsonObject | undefined)?.[key], value);
}

describe('a value with dollar signs', () => {
  it('reaches arguments, commands, variables and probes as it was written', () => {
    fc.assert(
      fc.property(tricky, tricky, (text, other) => {
        const { container } = render({ 'sidecar.io/echo': text, 'sidecar.io/echo.other': other });
        const args = (container['args'] as readonly Json[]).map(expanded);
        expect(args).toEqual([
          text,
          `--text=${text}`,
          text + other,
          other + text,
          `<value of HOME>/${text}`,
          'plain <value of HOME> ${text}',
        ]);
        expect(expanded(at(container, 'command', 0))).toBe(text);
        expect(expanded(at(container, 'env', 0, 'value'))).toBe(`x${text}y`);
        expect(expanded(at(container, 'volumeMounts', 0, 'subPathExpr'))).toBe(`p${text}`);
        expect(expanded(at(container, 'livenessProbe', 'exec', 'command', 1))).toBe(text);
        expect(expanded(at(container, 'startupProbe', 'exec', 'command', 1))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('stands unescaped where nothing is expanded', () => {
    fc.assert(
      fc.property(tricky, text => {
        const { container, annotations } = render({ 'sidecar.io/echo': text });
        expect(at(container, 'workingDir')).toBe(`/${text}`);
        expect(at(container, 'lifecycle', 'preStop', 'exec', 'command', 1)).toBe(text);
        expect(annotations).toEqual({ 'example.com/text': text });
      }),
    );
  });

  it('reaches git-sync as it was written', () => {
    const path = fc.string({
      unit: fc.constantFrom('$', '(', ')', 'A', '/', '.'),
      minLength: 1,
      maxLength: 14,
    });
    fc.assert(
      fc.property(path, text => {
        const repository = `https://github.com/${text}`;
        const webhook = `http://localhost/${text}`;
        const { container } = render(
          { ...gitSync({ webhook }), 'sidecar.io/git-sync': repository },
          shippedSidecars,
        );
        const args = (container['args'] as readonly Json[]).map(expanded);
        expect(args).toContain(`--repo=${repository}`);
        expect(args).toContain(`--webhook-url=${webhook}`);
      }),
    );
  });
});

describe('the transcribed expansion', () => {
  // From the table of https://github.com/kubernetes/kubernetes/blob/v1.34.0/third_party/forked/golang/expansion/expand_test.go
  it.each([
    ['$(VAR_A)', '<VAR_A>'],
    ['___$(VAR_B)___', '___<VAR_B>___'],
    ['$(VAR_A)-1', '<VAR_A>-1'],
    ['$$(VAR_B)_$(VAR_A)', '$(VAR_B)_<VAR_A>'],
    ['$$$(BAR)$(FOO)', '$<BAR><FOO>'],
    ['$$$$$$$(BIG)$(MONEY)', '$$$<BIG><MONEY>'],
    ['$VAR_A', '$VAR_A'],
    ['$(', '$('],
    ['$()', '<>'],
    ['foo\\$(VAR_A)', 'foo\\<VAR_A>'],
    ['_$', '_$'],
    ['$$', '$'],
    ['$((', '$(('],
    ['$(VAR_A', '$(VAR_A'],
  ])('makes of %s %s', (input, output) => {
    expect(expand(input, name => `<${name}>`)).toBe(output);
  });
});
