import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { policiesYaml } from '../../src/cli/definitions/policy-yaml.ts';

/** What a fold or a quote could lose. */
const piece = fc.oneof(
  fc.constantFrom(
    ' ',
    '  ',
    '   ',
    '\t',
    '\n',
    '# ',
    ': ',
    "'",
    '"',
    '\\',
    '---',
    '- ',
    '|',
    '>-',
    '\u2028',
    'é',
    '🌱',
  ),
  fc.constantFrom('object.metadata.annotations', '&&', '(k, ', ')', '==', 'true', 'a'.repeat(130)),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const expression = fc.array(piece, { maxLength: 80 }).map(pieces => pieces.join(''));
const policy = fc.record({
  kind: fc.constant('MutatingAdmissionPolicy'),
  spec: fc.record({
    failurePolicy: expression,
    variables: fc.array(fc.record({ name: fc.constant('a'), expression }), { maxLength: 3 }),
  }),
});

it('what compile writes is read as the same text, sign for sign, by YAML 1.1, which kubectl reads, and by YAML 1.2', () => {
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 3 }), policies => {
      const yaml = policiesYaml(policies);
      for (const version of ['1.1', '1.2'] as const) {
        const read = parseAllDocuments(yaml, { version }).map(document => document.toJS());
        expect(read, yaml).toEqual(policies);
      }
    }),
    { numRuns: 1000 },
  );
});
