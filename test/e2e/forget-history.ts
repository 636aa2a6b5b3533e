import { controlPlane } from './suite.ts';

/**
 * Makes the store of the API server forget all versions but the last, as it does every five minutes: lists and watches
 * cannot go on from an older one.
 * https://etcd.io/docs/latest/dev-guide/api_grpc_gateway/
 */
export async function forgetHistory(): Promise<void> {
  const { header } = await ask('range', { key: base64('any') });
  await ask('compaction', { revision: header.revision, physical: true });
  // From this key the API server learns of it, whose cache of lists goes back as far.
  await ask('put', { key: base64('compact_rev_key'), value: base64(header.revision) });
}

async function ask(call: string, body: object): Promise<{ readonly header: { readonly revision: string } }> {
  const answer = await fetch(`${controlPlane().etcd}/v3/kv/${call}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`etcd: ${call}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<{ readonly header: { readonly revision: string } }>;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
