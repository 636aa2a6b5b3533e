import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../../../src/sidecars/definition.ts';
import {
  commonParameters,
  reservedParameterNames,
  type Traits,
} from '../../../../src/sidecars/parameters/common-parameters.ts';

const everything: Traits = {
  modes: ['native', 'classic', 'init'],
  hasSharedVolume: true,
  hasReady: true,
  hasAppEnvironment: true,
};

function namesFor(traits: Partial<Traits>): readonly string[] {
  return commonParameters({ ...everything, ...traits }).map(({ name }) => name);
}

function common(name: string, traits: Traits = everything): Parameter {
  const found = commonParameters(traits).find(parameter => parameter.name === name);
  if (found === undefined) throw new Error(`no common parameter ${name}`);
  return found;
}

const always = ['mode', 'cpu', 'cpu-limit', 'memory', 'memory-limit', 'run-as-user'];
const ofSharedVolume = ['volume', 'size', 'mount', 'containers'];
const withoutApp = { hasAppEnvironment: false };

describe('the common parameters', () => {
  it('are all there for a sidecar with a shared volume, a readiness and variables for the app', () => {
    expect(namesFor({}).toSorted()).toEqual([...always, 'wait', ...ofSharedVolume, 'env'].toSorted());
  });

  it('lack .wait where the definition has no "ready"', () => {
    expect(namesFor({ ...withoutApp, hasReady: false }).toSorted()).toEqual(
      [...always, ...ofSharedVolume].toSorted(),
    );
  });

  it('lack those of the shared volume where there is none', () => {
    expect(namesFor({ ...withoutApp, hasSharedVolume: false }).toSorted()).toEqual(
      [...always, 'wait'].toSorted(),
    );
  });

  it('have .env and .containers for a sidecar with variables for the app alone', () => {
    expect(namesFor({ hasReady: false, hasSharedVolume: false }).toSorted()).toEqual(
      [...always, 'env', 'containers'].toSorted(),
    );
  });

  it.each<[Partial<Traits>, string]>([
    [withoutApp, 'Which containers and init containers .mount is for, each once; '],
    [{ hasSharedVolume: false }, 'Which containers and init containers .env is for, each once; '],
    [{}, 'Which containers and init containers .mount and .env are for, each once; '],
  ])('say what .containers is for: %j', (traits, beginning) => {
    expect(common('containers', { ...everything, ...traits }).description).toContain(beginning);
  });

  it('are marked as common, described, and never required', () => {
    for (const { isCommon, isRequired, description } of commonParameters(everything)) {
      expect({ isCommon, isRequired }).toEqual({ isCommon: true, isRequired: false });
      expect(description).toMatch(/^[A-Zt].*\.$/);
    }
  });

  it('are reserved but for those that came later, with what texts and conditions mean otherwise', () => {
    const reserved = always.filter(name => name !== 'cpu-limit');
    expect(reservedParameterNames().toSorted()).toEqual(
      [...reserved, 'wait', ...ofSharedVolume, 'name', 'run'].toSorted(),
    );
  });

  it('take the modes of the definition, auto beside them', () => {
    const mode = common('mode', { ...everything, modes: ['classic'] });
    expect(mode.defaultValue?.text).toBe('auto');
    expect(mode.read('classic').value?.value).toBe('classic');
    expect(mode.read('native')).toEqual({ use: 'one of auto, classic' });
  });

  it.each([
    ['wait', 'true'],
    ['mode', 'auto'],
    ['env', 'false'],
  ])('have a default: %s is %s', (name, value) => {
    expect(common(name).defaultValue?.text).toBe(value);
  });

  it.each([
    'cpu',
    'cpu-limit',
    'memory',
    'memory-limit',
    'run-as-user',
    'volume',
    'size',
    'mount',
    'containers',
  ])('have no default that the definition does not say: %s', name => {
    expect(common(name).defaultValue).toBeUndefined();
  });

  it.each([
    ['run-as-user', ['0', '65533', '2147483647', 'none']],
    ['containers', ['web', 'web,worker', 'a,b,c-1']],
    ['mount', ['/site', '/usr/share/nginx/html', '/a.b/-c']],
    ['volume', ['site', 'site-1']],
    ['size', ['1Gi', '500M']],
    ['wait', ['true', 'false']],
  ])('accept for %s: %j', (name, values) => {
    for (const value of values) expect(common(name).read(value).value, value).toBeDefined();
  });

  it.each([
    ['run-as-user', ['-1', '2147483648', 'root', '1.5', '01']],
    ['containers', ['', 'web,', ',web', 'web, worker', 'Web', 'web;worker', 'a_b']],
    ['mount', ['site', '/', '/a/../b', '/a:ro', '']],
    ['volume', ['Site', 'a_b', 'a.b', '-a', 'a-']],
    ['size', ['big', '-1Gi', '1 Gi']],
    ['wait', ['yes', 'True', '1', '']],
  ])('refuse for %s: %j', (name, values) => {
    for (const value of values) expect(common(name).read(value).value, value).toBeUndefined();
  });
});
