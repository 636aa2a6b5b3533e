import { describe, expect, it } from 'vitest';
import type { AuditCode, Seen } from '../../../../src/diagnosis/audit/audit-finding.ts';
import { GatheredFindings, type Place } from '../../../../src/diagnosis/audit/gathered-findings.ts';
import { Owners } from '../../../../src/diagnosis/audit/owners.ts';

const seen = (code: AuditCode, about: Seen['about'] = 'present', message = 'so it is'): Seen => ({
  sidecar: 'logs',
  code,
  message,
  about,
});
const web: Place = { namespace: 'shop', object: 'deployment/web' };

/** What comes of things that were seen, each where it was: `object code pods`. */
function gathered(...sights: readonly (readonly [Place, Seen])[]): readonly string[] {
  const found = new GatheredFindings();
  for (const [place, sight] of sights) found.add(place, [sight]);
  return found.all().map(({ namespace, object, code, pods }) => [namespace, object, code, ...pods].join(' '));
}

describe('what was found', () => {
  it('is one finding where several pods of an object have it', () => {
    expect(
      gathered(
        [{ ...web, pod: 'a' }, seen('definition-outdated')],
        [{ ...web, pod: 'b' }, seen('definition-outdated')],
        [{ ...web, pod: 'c' }, seen('definition-outdated', 'present', 'otherwise')],
        [{ namespace: 'other', object: 'deployment/web', pod: 'd' }, seen('definition-outdated')],
      ),
    ).toEqual([
      'other deployment/web definition-outdated d',
      'shop deployment/web definition-outdated a b',
      'shop deployment/web definition-outdated c',
    ]);
  });

  it('is not told again by pods of an object that is told of', () => {
    const refused = seen('invalid-value', 'next');
    expect(
      gathered([{ ...web, pod: 'a' }, seen('invalid-value', 'next', 'in other words')], [web, refused]),
    ).toEqual(['shop deployment/web invalid-value']);
    expect(gathered([{ ...web, pod: 'a' }, refused])).toEqual(['shop deployment/web invalid-value a']);
    const outdated = [
      [web, seen('definition-outdated', 'next')],
      [{ ...web, pod: 'a' }, seen('definition-outdated', 'present', 'in other words')],
    ] as const;
    expect(gathered(...outdated)).toHaveLength(2);
    expect(gathered([web, refused], [{ ...web, pod: 'a' }, seen('pod-bare')])).toEqual([
      'shop deployment/web invalid-value',
      'shop deployment/web pod-bare a',
    ]);
  });

  it('begins with what stands in the way of pods to come', () => {
    const codes = ['definition-outdated', 'pod-bare', 'template-copied', 'unknown-sidecar'] as const;
    const sights = codes.map(code => {
      const about = code === 'template-copied' || code === 'unknown-sidecar' ? 'next' : 'present';
      return [web, seen(code, about)] as const;
    });
    expect(gathered(...sights).map(line => line.split(' ')[2])).toEqual([
      'unknown-sidecar',
      'pod-bare',
      'template-copied',
      'definition-outdated',
    ]);
  });
});

describe('the owner of a pod', () => {
  const ownedBy = (kind: string, name: string) => ({
    namespace: 'shop',
    name: 'web-1-abc',
    ownerReferences: [
      { kind: 'Someone', name: 'else' },
      { kind, name, controller: true },
    ],
  });

  it('is what makes what makes it, as far as that is known', () => {
    const owners = new Owners();
    owners.remember('shop', { kind: 'ReplicaSet', name: 'web-1' }, { kind: 'Deployment', name: 'web' });
    expect(owners.ofPod(ownedBy('ReplicaSet', 'web-1'))).toBe('deployment/web');
    expect(owners.ofPod({ ...ownedBy('ReplicaSet', 'web-1'), namespace: 'other' })).toBe('replicaset/web-1');
    expect(owners.ofPod(ownedBy('StatefulSet', 'db'))).toBe('statefulset/db');
    expect(owners.ofPod({ namespace: 'shop', name: 'single' })).toBe('pod/single');
  });
});
