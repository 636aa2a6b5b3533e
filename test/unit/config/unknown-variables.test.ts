import { describe, expect, it } from 'vitest';
import { options, variableOf } from '../../../src/config/options.ts';
import { findUnknownVariables } from '../../../src/config/unknown-variables.ts';

/** Reads variables of these names. */
function find(...names: readonly string[]) {
  return findUnknownVariables(Object.fromEntries(names.map(name => [name, 'x'])));
}

const nothing = { problems: [], others: [] };

describe('a variable with our prefix', () => {
  it('is known where it sets something', () => {
    const withFlag = Object.entries(options).filter(([, { placeholder }]) => placeholder !== undefined);
    expect(find('SIDECAR_INJECTOR_CONFIG', ...withFlag.map(([key]) => variableOf(key)))).toEqual(nothing);
  });

  it.each([
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['LOG_LEVL', 'LOG_LEVEL'],
    ['log_level', 'LOG_LEVEL'],
    ['LISTN', 'LISTEN'],
    ['TSL', 'TLS'],
    ['DRAIN_SECOND', 'DRAIN_SECONDS'],
  ])('is a problem where it resembles a setting: %s', (written, meant) => {
    expect(find(`SIDECAR_INJECTOR_${written}`)).toEqual({
      problems: [
        `variable SIDECAR_INJECTOR_${written}: sets nothing; did you mean "SIDECAR_INJECTOR_${meant}"?`,
      ],
      others: [],
    });
  });

  it('is a problem where only the file sets what it names', () => {
    expect(find('SIDECAR_INJECTOR_ALLOWED_HOSTS', 'SIDECAR_INJECTOR_UNKNOWN_SIDECARS').problems).toEqual([
      'variable SIDECAR_INJECTOR_ALLOWED_HOSTS: only the configuration file sets allowedHosts; write it there',
      'variable SIDECAR_INJECTOR_UNKNOWN_SIDECARS: only the configuration file sets unknownSidecars; write it there',
    ]);
  });

  it('is named where it resembles nothing', () => {
    const names = ['SIDECAR_INJECTOR_', 'SIDECAR_INJECTOR_SOMETHING_ELSE'];
    expect(find(...names)).toEqual({ problems: [], others: names });
  });

  it('is shortened where it is long', () => {
    const [name = ''] = find(`SIDECAR_INJECTOR_${'X'.repeat(999)}`).others;
    expect(name.length).toBeLessThan(300);
  });

  it('is nothing where it is unset, or belongs to another program', () => {
    expect(findUnknownVariables({ SIDECAR_INJECTOR_LISTN: undefined, LISTN: 'x', PATH: '/bin' })).toEqual(
      nothing,
    );
  });

  it.each(['SIDECAR_INJECTOR', 'SIDECAR_INJECTOR_STATUS', 'SIDECAR_INJECTOR_LISTENER'])(
    'is nothing where Kubernetes sets it for a Service: %s_…',
    service => {
      const ends = ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTPS', 'PORT', 'PORT_443_TCP'];
      const further = ['PROTO', 'PORT', 'ADDR'].map(end => `PORT_443_TCP_${end}`);
      expect(find(...[...ends, ...further].map(end => `${service}_${end}`))).toEqual(nothing);
    },
  );

  it.each([
    'E2E',
    'ATTACK_SECONDS',
    'MANIFESTS',
    'NEIGHBOURS',
    'CLUSTER',
    'CONTROLLERS',
    'CONTROL_PLANE',
    'DEFINITIONS',
    'LABELLED_NAMESPACES',
    'NAMESPACE_WRITES',
    'RESTARTED_PODS',
    'RESTART_API_SERVER_AFTER_SECONDS',
    'ROLLOUT_CRD',
    'TEST_IMAGE',
  ])('is no problem where the tests of this project read it: %s', name => {
    expect(find(`SIDECAR_INJECTOR_${name}`).problems).toEqual([]);
  });
});
