/** The table of Kubernetes versions in docs/install.md, held against the program, the manifests and the suites. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasNativeSidecars } from '../../../src/cluster/server-version.ts';
import { known } from '../../../src/diagnosis/fact.ts';
import type { Installation } from '../../../src/diagnosis/installation.ts';
import { kubernetesVersion } from '../../../src/diagnosis/installation-checks/kubernetes-version.ts';
import { healthyInstallation, issueCertificates } from '../../installation-facts.ts';

const root = new URL('../../../', import.meta.url);

function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

/** The cells of the table, by each minor version of Kubernetes that its rows cover. */
const table = new Map(
  [...read('docs/install.md').matchAll(/^\| 1\.(\d+)( and before| to 1\.(\d+))? \| (.*) \|$/gm)].flatMap(
    ([, first, range, last = first, cells = '']) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => {
        const [mode = '', policies = '', apply = '', tried = ''] = cells.split(' | ');
        return [Number(first) + index, { mode, policies, apply, tried, range }] as const;
      }),
  ),
);

/** The version of Kubernetes that a suite runs. */
function versionOf(module: string): string {
  const [, version = ''] = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(read(module)) ?? [];
  return version;
}

const suites = [
  ['test:e2e', versionOf('test/control-plane/go.mod')],
  ['test:e2e:old', versionOf('test/control-plane/1.30/go.mod')],
] as const;

/** ValidatingAdmissionPolicy in admissionregistration.k8s.io/v1, as the guard is written: generally available in 1.30. */
const firstWithPolicies = 30;

let installation: Installation;
beforeAll(async () => {
  installation = healthyInstallation(await issueCertificates());
});

describe('the table of Kubernetes versions', () => {
  it('has each version from the first that matters to the one that is tried', () => {
    const newest = Number(suites[0][1].split('.')[1]);
    const minors = Array.from({ length: newest - 27 + 1 }, (_, index) => 27 + index);
    expect([...table.keys()]).toEqual(minors);
    expect(table.get(27)?.range).toBe(' and before');
  });

  it.each([...table])('says the mode that 1.%i gets: %j', (minor, { mode }) => {
    const version = { major: 1, minor, text: `v1.${minor}.0` };
    const server = known({ ...version, hasPolicies: true, hasMutatingPolicies: true });
    const { outcome } = kubernetesVersion.judge({ ...installation, server });
    if (outcome === 'failure') expect(mode).toBe('not supported');
    else expect(mode).toBe(hasNativeSidecars(version) ? 'native' : 'classic');
  });

  it.each([...table])('says what to apply on 1.%i: %j', (minor, { mode, policies, apply }) => {
    const isSupported = mode !== 'not supported';
    const hasPolicies = minor >= firstWithPolicies;
    const expected = hasPolicies ? ['all', '`deploy/install.yaml`'] : ['none', '`deploy/base`'];
    expect([policies, apply]).toEqual(isSupported ? expected : ['not supported', 'not supported']);
  });

  it.each([...table])('says by which suite 1.%i is tried, if by any: %j', (minor, { tried }) => {
    const found = suites.find(([, version]) => version.startsWith(`1.${minor}.`));
    if (found === undefined) expect(tried).toMatch(/^no/);
    else
      expect(tried).toMatch(new RegExp(`^${found[1].replaceAll('.', '\\.')}: .*by \`npm run ${found[0]}\`$`));
  });

  it('is of policies that the manifests have in that version of their API', () => {
    const guard = read('deploy/components/guard/guard.yaml');
    expect(guard).toMatch(
      /^apiVersion: admissionregistration\.k8s\.io\/v1\nkind: ValidatingAdmissionPolicy$/m,
    );
  });
});
