import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { check } from '../../../../src/cli/diagnosis/check.ts';
import { countsOf, jsonReport, shortReport, textReport } from '../../../../src/cli/diagnosis/check-report.ts';
import type { CheckResult } from '../../../../src/diagnosis/diagnosis.ts';
import { capturedOutput } from '../captured-output.ts';

describe('wrong usage of check', () => {
  it.each<readonly [args: readonly string[], complaint: string]>([
    [['--wait', 'soon'], '--wait: got "soon"; use a duration such as 90s or 2m'],
    [['-o', 'yaml'], '--output: got "yaml"; use text, short or json'],
    [['web'], 'unexpected argument "web"'],
  ])('%j is told, and nothing is done', async (args, complaint) => {
    const { exitCode, stdout, stderr } = await capturedOutput(() => check.run(args));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`sidecar-injector: ${complaint}`);
  });

  it('is told apart from a kubeconfig that is not there', async () => {
    const { exitCode, stderr } = await capturedOutput(() => check.run(['--kubeconfig', '/nowhere']));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('kubeconfig "/nowhere"');
  });
});

describe('what check found', () => {
  const results: readonly CheckResult[] = [
    { check: 'kubernetes-api', category: 'kubernetes', title: 'the API answers', outcome: 'ok', seen: 'v1' },
    {
      check: 'guard',
      category: 'guard',
      title: 'it is there',
      outcome: 'failure',
      code: 'guard-absent',
      cause: 'it is not',
      advice: 'apply it',
    },
    {
      check: 'policies',
      category: 'guard',
      title: 'they are there',
      outcome: 'warning',
      code: 'policy-absent',
      cause: 'one is not',
      advice: 'apply it too',
    },
  ];
  // The runner of the tests forces colours.
  beforeEach(() => void vi.stubEnv('FORCE_COLOR', undefined));
  afterEach(() => void vi.unstubAllEnvs());

  const injectedBy = ['webhook'] as const;
  const report = { context: 'c', injectorNamespace: 'i', namespace: 'n', injectedBy, results };

  it('is a line each below its category, with what to do and a link', () => {
    expect(textReport(report)).toBe(`kubernetes
  √ kubernetes-api: the API answers (v1)

guard
  × guard: it is there
      guard-absent: it is not
      what to do: apply it
      docs/checks.md#guard
  ‼ policies: they are there
      policy-absent: one is not
      what to do: apply it too
      docs/checks.md#policies
`);
  });

  it.each<readonly [where: string, env: Readonly<Record<string, string | undefined>>, isColoured: boolean]>([
    ['on a terminal', { TERM: 'xterm', NO_COLOR: undefined }, true],
    ['on a terminal with NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['on a terminal that is dumb', { TERM: 'dumb', NO_COLOR: undefined }, false],
  ])('%s has colours as people want them', (_where, env, isColoured) => {
    // Node.js takes the terminals of some CI systems for ones without colours.
    for (const [name, value] of Object.entries({ CI: undefined, ...env })) vi.stubEnv(name, value);
    const { isTTY, getColorDepth } = process.stdout;
    try {
      Object.assign(process.stdout, { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth });
      expect(shortReport(report).includes('\u001b[31m×\u001b[39m guard')).toBe(isColoured);
    } finally {
      Object.assign(process.stdout, { isTTY, getColorDepth });
    }
  });

  it('is in the short form what is not well', () => {
    expect(shortReport(report)).toBe(
      '× guard guard-absent: it is not; apply it; docs/checks.md#guard\n' +
        '‼ policies policy-absent: one is not; apply it too; docs/checks.md#policies\n',
    );
  });

  it('is one object for a program', () => {
    const { checks, ...others } = JSON.parse(jsonReport(report));
    expect(others).toEqual({
      context: 'c',
      injectedBy,
      injectorNamespace: 'i',
      namespace: 'n',
      outcome: 'failure',
    });
    expect(checks).toEqual(results.map(result => ({ ...result, link: `docs/checks.md#${result.check}` })));
  });

  it('is counted', () => {
    expect(countsOf(results)).toBe('1 √, 1 ‼, 1 ×');
  });
});
