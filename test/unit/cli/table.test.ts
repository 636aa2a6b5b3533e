import { expect, it } from 'vitest';
import { table } from '../../../src/cli/table.ts';

it('a table lines up its columns and writes a dash for what is empty', () => {
  const rows = [
    ['POD', 'STATE', 'NOTE'],
    ['web-12345', '', 'x'],
    ['a', 'injected', ''],
  ];
  expect(table(rows).split('\n')).toEqual([
    'POD         STATE      NOTE',
    'web-12345   -          x',
    'a           injected   -',
    '',
  ]);
});
