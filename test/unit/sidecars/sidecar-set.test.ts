import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarDefaults,
  type SidecarFile,
  type SidecarSet,
} from '../../../src/sidecars/sidecar-set.ts';
import { definitionText } from './definition-text.ts';

/** A good definition of this name; the image tells its version. */
function good(sidecar: string, version = 1): string {
  return definitionText(
    `parameters: {level: {type: integer, default: 1, maximum: 5}, target: {type: url}}\ncontainer: {image: "example.com/${sidecar}:${version}"}`,
    sidecar,
  );
}

/** A definition whose image is misspelt. */
function bad(sidecar: string): string {
  return definitionText('container: {imge: "a:1"}', sidecar);
}

function file(name: string, text: string): SidecarFile {
  return { name, text };
}

/** The set after these readings of the directory, one after the other. */
function setAfter(
  readings: readonly (readonly SidecarFile[])[],
  defaults: SidecarDefaults = {},
  images: Readonly<Record<string, string>> = {},
): SidecarSet {
  return readings.reduce((set, files) => nextSidecarSet(set, files, { defaults, images }), emptySidecarSet);
}

function imageOf(set: SidecarSet, name: string): unknown {
  const container = set.sidecars.get(name)?.container;
  return container?.kind === 'literal' ? (container.value as { image: string }).image : undefined;
}

const badInWords = 'spec.container: the key "image" is missing';

describe('the set of sidecars', () => {
  it('holds the definitions of all good files', () => {
    const set = setAfter([[file('a.yaml', good('a')), file('b.yml', good('b'))]]);
    expect([...set.sidecars.keys()]).toEqual(['a', 'b']);
    expect(set.problems).toEqual([]);
    expect(set.broken).toEqual(new Map());
  });

  it('names a sidecar by its metadata, not by its file', () => {
    const set = setAfter([[file('old-name.yaml', good('logs'))]]);
    expect([...set.sidecars.keys()]).toEqual(['logs']);
  });

  it('takes a changed file', () => {
    const set = setAfter([[file('a.yaml', good('a', 1))], [file('a.yaml', good('a', 2))]]);
    expect(imageOf(set, 'a')).toBe('example.com/a:2');
  });

  it('loses a sidecar whose file is gone', () => {
    const set = setAfter([
      [file('a.yaml', good('a')), file('b.yaml', good('b'))],
      [file('b.yaml', good('b'))],
    ]);
    expect([...set.sidecars.keys()]).toEqual(['b']);
    expect(set.broken.has('a')).toBe(false);
  });

  it('has a sidecar under its new name when its file renames it', () => {
    const set = setAfter([[file('a.yaml', good('old'))], [file('a.yaml', good('new'))]]);
    expect([...set.sidecars.keys()]).toEqual(['new']);
  });

  it('does not change one that is in use', () => {
    const first = setAfter([[file('a.yaml', good('a', 1))]]);
    const definition = first.sidecars.get('a');
    nextSidecarSet(first, [file('a.yaml', bad('a')), file('b.yaml', good('b'))]);
    nextSidecarSet(first, []);
    expect([...first.sidecars.keys()]).toEqual(['a']);
    expect(first.sidecars.get('a')).toBe(definition);
    expect(first.problems).toEqual([]);
  });

  it('does not read a file again that did not change', () => {
    const first = setAfter([[file('a.yaml', good('a')), file('b.yaml', bad('b'))]]);
    const second = nextSidecarSet(first, [file('a.yaml', good('a')), file('b.yaml', bad('b'))]);
    expect(second.sidecars.get('a')).toBe(first.sidecars.get('a'));
    expect(second.problems).toEqual(first.problems);
    expect(second.problems[0]).toBe(first.problems[0]);
  });
});

describe('a file that became bad', () => {
  const set = setAfter([[file('a.yaml', good('a', 1))], [file('a.yaml', bad('a'))]]);

  it('keeps its last good version', () => {
    expect(imageOf(set, 'a')).toBe('example.com/a:1');
    expect(set.broken.has('a')).toBe(false);
  });

  it('is reported with its problems', () => {
    expect(set.problems.map(inOneLine)).toContain(`a.yaml:6:14: ${badInWords}`);
  });

  it('keeps it through more bad versions, and others', () => {
    const later = [
      [file('a.yaml', `${bad('a')}# still`), file('b.yaml', good('b'))],
      [file('a.yaml', 'not a definition'), file('b.yaml', good('b'))],
    ].reduce((previous, files) => nextSidecarSet(previous, files), set);
    expect(imageOf(later, 'a')).toBe('example.com/a:1');
    expect([...later.sidecars.keys()]).toEqual(['a', 'b']);
  });

  it('takes its next good version, and is no longer reported', () => {
    const later = nextSidecarSet(set, [file('a.yaml', good('a', 3))]);
    expect(imageOf(later, 'a')).toBe('example.com/a:3');
    expect(later.problems).toEqual([]);
  });

  it('is no longer reported when the good text comes back', () => {
    const later = nextSidecarSet(set, [file('a.yaml', good('a', 1))]);
    expect(imageOf(later, 'a')).toBe('example.com/a:1');
    expect(later.problems).toEqual([]);
  });

  it('loses it when the file is deleted, and does not get it back with a bad one', () => {
    const deleted = nextSidecarSet(set, []);
    expect(deleted.sidecars.size).toBe(0);
    const back = nextSidecarSet(deleted, [file('a.yaml', bad('a'))]);
    expect(back.sidecars.size).toBe(0);
    expect(back.broken.has('a')).toBe(true);
  });

  it('does not take the other files with it', () => {
    const later = nextSidecarSet(set, [file('a.yaml', bad('a')), file('b.yaml', good('b', 7))]);
    expect(imageOf(later, 'b')).toBe('example.com/b:7');
  });

  it('keeps its last good version when it cannot be read any more', () => {
    const later = setAfter([[file('a.yaml', good('a', 1))], [{ name: 'a.yaml', unreadable: 'EACCES' }]]);
    expect(imageOf(later, 'a')).toBe('example.com/a:1');
    expect(later.problems.map(inOneLine)).toEqual(['a.yaml:1:1: EACCES']);
  });
});

describe('a file that never was good', () => {
  it('makes the name that it claims broken, with the reason', () => {
    const set = setAfter([[file('logs.yaml', bad('logs'))]]);
    expect(set.sidecars.size).toBe(0);
    expect(set.broken).toEqual(new Map([['logs', `logs.yaml:6: ${badInWords} (and 1 more)`]]));
  });

  it('makes both the claimed name and its own name broken where they differ', () => {
    const set = setAfter([[file('file.yml', bad('claimed'))]]);
    expect([...set.broken.keys()].toSorted()).toEqual(['claimed', 'file']);
  });

  it('makes the name of the file broken where none can be made out', () => {
    for (const text of ['', '- a', 'kind: "Side', 'metadata: {}']) {
      expect([...setAfter([[file('logs.yaml', text)]]).broken.keys()]).toEqual(['logs']);
    }
  });

  it('makes the name of the file broken where it cannot be read', () => {
    const set = setAfter([[{ name: 'logs.yaml', unreadable: 'EACCES: permission denied' }]]);
    expect(set.broken).toEqual(new Map([['logs', 'logs.yaml:1: EACCES: permission denied']]));
  });

  it('does not make a name broken that another file defines well', () => {
    const set = setAfter([[file('a.yaml', good('logs')), file('b.yaml', bad('logs'))]]);
    expect(set.sidecars.has('logs')).toBe(true);
    expect(set.broken.has('logs')).toBe(false);
    expect(set.broken.has('b')).toBe(true);
    expect(set.problems).not.toEqual([]);
  });

  it('is good from its first good version on', () => {
    const set = setAfter([[file('a.yaml', bad('a'))], [file('a.yaml', good('a'))]]);
    expect(set.broken.size).toBe(0);
    expect([...set.sidecars.keys()]).toEqual(['a']);
  });
});

describe('two files that define one sidecar', () => {
  const both = [file('b.yaml', good('logs', 2)), file('a.yaml', good('logs', 1))];

  it('give it the first file by name, in whatever order they are read, and report the second', () => {
    for (const files of [both, both.toReversed()]) {
      const set = setAfter([files]);
      expect(imageOf(set, 'logs')).toBe('example.com/logs:1');
      expect(set.problems.map(inOneLine)).toEqual([
        'b.yaml:1:1: "logs" is defined in a.yaml too, which has it',
      ]);
    }
  });

  it('give it the second when the first is gone', () => {
    const set = setAfter([both, [file('b.yaml', good('logs', 2))]]);
    expect(imageOf(set, 'logs')).toBe('example.com/logs:2');
    expect(set.problems).toEqual([]);
  });

  // The log tells a problem again only where its text is another.
  it('are one and the same problem as long as they stay', () => {
    const first = setAfter([both]);
    const second = nextSidecarSet(first, [...both, file('c.yaml', good('c'))]);
    expect(second.problems).toHaveLength(1);
    expect(first.problems).toContainEqual(second.problems[0]);
  });
});

describe("an operator's defaults", () => {
  const files = [file('a.yaml', good('a'))];
  const defaultOf = (set: SidecarSet, parameter: string) =>
    set.sidecars.get('a')?.parameters.get(parameter)?.defaultValue;

  it('take the place of the defaults of the definition', () => {
    const set = setAfter([files], {
      a: { level: '3', target: 'https://example.com', cpu: '50m', mode: 'classic' },
    });
    expect(set.problems).toEqual([]);
    expect(defaultOf(set, 'level')).toMatchObject({ text: '3', value: 3 });
    expect(defaultOf(set, 'target')?.value).toBe('https://example.com');
    expect(defaultOf(set, 'cpu')?.value).toBe('50m');
    expect(defaultOf(set, 'mode')?.value).toBe('classic');
  });

  it('leave the others as they are', () => {
    const set = setAfter([files], { a: { cpu: '50m' } });
    expect(defaultOf(set, 'level')?.value).toBe(1);
    expect(defaultOf(set, 'memory')).toBeUndefined();
  });

  it('do not change the hash of a definition, which its text alone makes', () => {
    const [plain, adjusted] = [setAfter([files]), setAfter([files], { a: { level: '3' } })];
    expect(adjusted.sidecars.get('a')?.hash).toBe(plain.sidecars.get('a')?.hash);
  });

  it.each([
    [{ level: '9' }, 'configuration defaults.a.level: got "9"; use a whole number, at most 5'],
    [{ level: 'many' }, 'configuration defaults.a.level: got "many"; use a whole number, at most 5'],
    [{ levl: '3' }, 'configuration defaults.a.levl: no such parameter; did you mean "level"?'],
    [{ wait: 'false' }, 'configuration defaults.a.wait: no such parameter'],
    [{ mode: 'init' }, 'configuration defaults.a.mode: got "init"; use one of auto, native, classic'],
  ])('that are wrong break the sidecar, with the reason: %j', (defaults, message) => {
    const set = setAfter([files], { a: defaults });
    expect(set.sidecars.size).toBe(0);
    expect(set.problems[0]?.message).toContain(message);
    expect(set.broken.get('a')).toContain(message);
  });

  const shared = [
    file(
      'a.yaml',
      definitionText(
        `
          volumes: [{name: "\${volume}", emptyDir: {}, shared: true}]
          container: {image: "a:1", volumeMounts: [{name: "\${volume}", mountPath: /a}]}
          app: {env: [{name: A, value: b}]}
        `,
        'a',
      ),
    ),
  ];

  // The promise is that the app's containers are untouched unless an annotation asks for it.
  it.each([{ mount: '/site' }, { containers: 'app' }, { env: 'true' }, { env: 'false' }])(
    "cannot change the containers of the app, which only the pod's own annotation may: %j",
    defaults => {
      const set = setAfter([shared], { a: defaults });
      const messages = Object.keys(defaults).map(
        name => `configuration defaults.a.${name}: only an annotation may change the app's containers`,
      );
      expect(set.problems.map(({ message }) => message)).toEqual(messages);
      expect(set.sidecars.size).toBe(0);
      expect(set.broken.get('a')).toContain(messages[0]);
    },
  );

  it('may set a parameter of the definition itself that is called env', () => {
    const own = file(
      'a.yaml',
      definitionText(`parameters: {env: {type: string}}\ncontainer: {image: "a:1"}`, 'a'),
    );
    const set = setAfter([[own]], { a: { env: 'production' } });
    expect(set.problems).toEqual([]);
    expect(defaultOf(set, 'env')?.value).toBe('production');
  });

  it('may set the other parameters of a shared volume', () => {
    const set = setAfter([shared], { a: { size: '1Gi', volume: 'content' } });
    expect(set.problems).toEqual([]);
    expect(defaultOf(set, 'size')?.value).toBe('1Gi');
    expect(defaultOf(set, 'volume')?.value).toBe('content');
  });

  it('are all reported at once', () => {
    const set = setAfter([files], { a: { level: '9', levl: '3', cpu: 'much' } });
    const ofTheFile = set.problems.filter(problem => problem.file === 'a.yaml');
    expect(ofTheFile).toHaveLength(3);
  });

  it('for a sidecar that nobody defines are reported with the nearest name, and do no other harm', () => {
    const set = setAfter([[file('logs.yaml', good('logs'))]], { lags: { cpu: '1' } });
    expect(set.problems.map(inOneLine)).toEqual([
      'configuration:1:1: defaults.lags: no file defines a sidecar of this name; did you mean "logs"?',
    ]);
    expect([...set.sidecars.keys()]).toEqual(['logs']);
  });

  it('are looked for beside images for a sidecar that nobody defines', () => {
    const set = setAfter([[file('logs.yaml', good('logs'))]], {}, { logs: 'a/logs:v2', lgs: 'a/logs:v2' });
    expect(set.problems.map(inOneLine)).toEqual([
      'configuration:1:1: images.lgs: no file defines a sidecar of this name; did you mean "logs"?',
    ]);
    expect(imageOf(set, 'logs')).not.toBe('a/logs:v2');
  });

  it('that are wrong are not reported as defaults of an unknown sidecar too', () => {
    expect(setAfter([files], { a: { level: '9' } }).problems).toHaveLength(1);
  });

  it('for a sidecar whose file is broken are not reported as defaults of an unknown one', () => {
    const set = setAfter([[file('a.yaml', bad('a'))]], { a: { level: '3' } });
    expect(set.problems.map(({ file: name }) => name)).toEqual(['a.yaml', 'a.yaml']);
  });

  it('stay with the last good version of a file that became bad', () => {
    const set = setAfter([files, [file('a.yaml', bad('a'))]], { a: { level: '3' } });
    expect(defaultOf(set, 'level')?.value).toBe(3);
  });
});
