import { describe, expect, it } from 'vitest';
import { cliExamples, scenes } from '../../cli-examples.ts';

const examples = await cliExamples();

describe('an example of a command', () => {
  it.each(examples)('is run in a test: %s', example => {
    expect(Object.keys(scenes), 'add a scene to test/cli-examples.ts').toContain(example);
  });

  it('is there for every scene', () => {
    expect(Object.keys(scenes).filter(example => !examples.includes(example))).toEqual([]);
  });
});
