import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { policiesYaml } from '../../../../src/cli/definitions/policy-yaml.ts';
import { isInstalled } from '../../../installed.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const policy = (expression: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name: 'logs.sidecar.io' },
  spec: { variables: [{ name: 'own', expression }] },
});

/** Of an expression: several spaces within a literal, signs that begin a comment or a key elsewhere, and no space for long. */
const long = `object.metadata.?annotations.orValue({}).exists(key, key == 'a  b' || key == ': # "x"' || key == '${'x'.repeat(150)}' || key.startsWith('sidecar.io/'))`;

describe('policies as YAML', () => {
  it('are documents of one stream, with short texts beside their keys', () => {
    expect(policiesYaml([policy('true'), policy("'on'")])).toBe(`apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: logs.sidecar.io
spec:
  variables:
    - name: own
      expression: "true"
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: logs.sidecar.io
spec:
  variables:
    - name: own
      expression: "'on'"
`);
  });

  it('have long expressions in lines that fit a screen where they have spaces', () => {
    const lines = policiesYaml([policy(long)]).split('\n');
    expect(lines).toContain('      expression: >-');
    expect(lines.filter(line => line.length > 120)).toEqual([expect.stringMatching(/^ +'x{150}'$/)]);
    expect(parse(lines.join('\n')).spec.variables[0].expression).toBe(long);
  });

  it.skipIf(!isInstalled('kubectl'))('are read by kubectl as the same (skipped where there is none)', () => {
    const directory = temporaryDirectory();
    const objects = [policy(long), policy(`'${'a '.repeat(80)}'`), policy(` ${'b '.repeat(80)}`)];
    for (const [index, object] of objects.entries()) {
      writeFileSync(join(directory, 'policy.yaml'), policiesYaml([object]));
      writeFileSync(join(directory, 'kustomization.yaml'), 'resources: [policy.yaml]\n');
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', directory], { encoding: 'utf8' });
      expect(parse(stdout), `${index}: ${stderr}`).toEqual(object);
    }
  });
});
