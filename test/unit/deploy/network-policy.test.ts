import { readFileSync } from 'node:fs';
import type { V1NetworkPolicy } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksOf } from '../../documents.ts';

const file = new URL('../../../deploy/components/network-policy/network-policy.yaml', import.meta.url);

describe('the patch of docs/install.md that restricts the admission port', () => {
  it('is one of the rule for that port, which lets anybody in as it is', () => {
    const policy = parse(readFileSync(file, 'utf8')) as V1NetworkPolicy;
    const [block] = blocksOf('docs/install.md').filter(
      found => 'file' in found && found.content.includes('NetworkPolicy'),
    );
    const { target, patch } = parse(block && 'content' in block ? block.content : '').patches[0];
    expect(target).toEqual({ kind: policy.kind, name: policy.metadata?.name });
    expect(parse(patch)).toEqual([
      { op: 'add', path: '/spec/ingress/0/from', value: [{ ipBlock: { cidr: expect.any(String) } }] },
    ]);
    expect(policy.spec?.ingress?.[0]).toEqual({ ports: [{ port: 'admission', protocol: 'TCP' }] });
  });
});
