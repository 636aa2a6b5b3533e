import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/playground/fields.ts';
import { shippedSidecars } from '../../injection-fixture.ts';

const definitions = [...shippedSidecars.sidecars.values()];

describe('the form', () => {
  it.each(definitions.map(definition => [definition.name, definition] as const))(
    'offers every parameter of %s, each with its sentence and type',
    (_name, definition) => {
      const { asking, parameters, common } = fieldsOf(definition);
      const all = [asking, ...parameters, ...common];
      const inSwitch = definition.switchValue.parameters.flatMap(({ name }) => name || []);
      const offered = [...inSwitch, ...[...parameters, ...common].map(({ label }) => label)];
      expect(offered.toSorted()).toEqual([...definition.parameters.keys()].toSorted());
      for (const { description, type, expects } of all)
        expect([description, type, expects]).not.toContain('');
    },
  );

  it.each(definitions.map(definition => [definition.name, definition] as const))(
    'takes the defaults of %s, and the samples of its parameters',
    (_name, definition) => {
      const { parameters, common } = fieldsOf(definition);
      for (const field of [...parameters, ...common]) {
        if (field.defaultValue !== '') expect(field.problemOf(field.defaultValue)).toBeUndefined();
        for (const choice of field.choices) expect(field.problemOf(choice)).toBeUndefined();
      }
    },
  );

  it('says what is wrong with a value as the injector does', () => {
    const gitSync = shippedSidecars.sidecars.get('git-sync');
    const fields = gitSync && fieldsOf(gitSync, 'theme');
    const period = fields?.parameters.find(({ label }) => label === 'period');
    expect(period).toMatchObject({
      key: 'sidecar.io/git-sync_theme.period',
      type: 'duration',
      defaultValue: '60s',
    });
    expect(period?.problemOf('often')).toMatch(/^use /);
    expect(fields?.asking.key).toBe('sidecar.io/git-sync_theme');
    expect(fields?.asking.problemOf('nothing')).toMatch(/^use /);
  });

  it('offers the values of a parameter that has few', () => {
    const gitSync = shippedSidecars.sidecars.get('git-sync');
    const choices = new Map(
      gitSync ? fieldsOf(gitSync).parameters.map(({ label, choices }) => [label, choices]) : [],
    );
    expect(choices.get('submodules')).toEqual(['off', 'recursive', 'shallow']);
    expect(choices.get('ref')).toEqual([]);
  });
});
