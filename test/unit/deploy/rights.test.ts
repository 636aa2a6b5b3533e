/** The table of rights in docs/operations.md, held against what the manifests grant. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RbacV1Subject, V1PolicyRule, V1RoleRef } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface RightsObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly V1PolicyRule[];
  readonly roleRef: V1RoleRef;
  readonly subjects: readonly RbacV1Subject[];
}

/** Every object of the manifests from which all ways to install it are made. */
const objects = ['deploy/base', 'deploy/components', 'deploy/overlays'].flatMap(directory =>
  readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.yaml'))
    .flatMap(file => parseAllDocuments(readFileSync(join(root, directory, file), 'utf8')))
    .map(document => document.toJS() as RightsObject),
);

const roles = objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind));
const bindings = objects.filter(({ kind }) => /^(Cluster)?RoleBinding$/.test(kind));

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');

/** The rows of the table, each a list of its cells. */
const rows = page
  .slice(page.indexOf('\n### Of the injector\n'))
  .split('\n')
  .filter(line => /^\| (?:Cluster)?Role /.test(line))
  .map(line => line.slice(2, -2).split(' | '));

/** A rule as a row of the table begins. */
function rowsOf({ kind, metadata: { name }, rules }: RightsObject): readonly (readonly string[])[] {
  const inCode = (words: readonly string[] = []) => words.map(word => `\`${word}\``).join(' ');
  const isOurs = ({ roleRef }: RightsObject) => roleRef.kind === kind && roleRef.name === name;
  const subjects = bindings.filter(isOurs).flatMap(binding => binding.subjects);
  const boundTo = subjects.map(subject => (isInjector(subject) ? 'the injector' : JSON.stringify(subject)));
  return rules.map(({ apiGroups = [], resources = [], resourceNames, verbs }) => [
    `${kind} \`${name}\``,
    boundTo.join(' ') || 'nobody',
    inCode(verbs),
    inCode(
      apiGroups.flatMap(group => resources.map(resource => [group, resource].filter(Boolean).join('/'))),
    ),
    inCode(resourceNames) || 'all',
  ]);
}

function isInjector({ kind, name, namespace }: RbacV1Subject): boolean {
  return kind === 'ServiceAccount' && name === 'sidecar-injector' && namespace === 'sidecar-injector';
}

describe('the rights that docs/operations.md lists', () => {
  it('are all that the manifests grant, and no others', () => {
    const granted = roles.flatMap(rowsOf);
    expect(granted.length).toBeGreaterThan(4);
    expect(rows.map(cells => cells.slice(0, 5)).toSorted()).toEqual(granted.toSorted());
  });

  it.each(rows)('have a sentence each: %s', (...cells) => {
    expect(cells).toHaveLength(6);
    expect(cells[5]).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('are all that anybody is bound to', () => {
    const names = roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    for (const { roleRef } of bindings) expect(names).toContain(`${roleRef.kind} ${roleRef.name}`);
  });

  it('are where docs/security.md and messages look for them', () => {
    expect(page).toContain('\n## Rights\n');
    const security = readFileSync(join(root, 'docs/security.md'), 'utf8');
    expect(security).toContain('(operations.md#of-the-injector)');
  });
});
