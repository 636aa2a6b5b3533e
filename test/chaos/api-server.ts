import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { apiServerPidFile } from '../e2e/control-plane.ts';
import { gitSync, podOf } from '../e2e/pod-manifests.ts';
import { controlPlane, kubectl } from '../e2e/suite.ts';

/** Ends the API server as a crash does; it comes back after the time that the global setup has set. */
export async function killApiServer(): Promise<void> {
  const pid = Number(await readFile(join(controlPlane().directory, apiServerPidFile), 'utf8'));
  process.kill(pid, 'SIGKILL');
}

/** Resolves when the API server answers, with the seconds that it took. */
export async function untilApiServerAnswers(): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const answer = await kubectl('get --raw /readyz --request-timeout=2s').catch(() => undefined);
    if (answer?.stdout === 'ok') return (performance.now() - startedMs) / 1000;
    if (performance.now() - startedMs > 180_000) throw new Error('the API server does not come back');
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

/**
 * Asks a replica for a sidecar as the API server would, trusting what it was told to trust; resolves with what is wrong.
 */
export function askReplica(port: number, bundle: string): Promise<string | undefined> {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'chaos', kind, operation: 'CREATE', namespace: 'chaos', object: podOf('web', gitSync) },
  });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise(resolve => {
    const call = request(
      {
        ...{ host: '127.0.0.1', port, path: '/mutate', method: 'POST', agent: false, headers },
        ...{ ca: bundle, servername: 'sidecar-injector.sidecar-injector.svc', timeout: 5000 },
      },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
        });
        response.once('end', () => resolve(text.includes('"patchType":"JSONPatch"') ? undefined : text));
      },
    );
    call.once('timeout', () => call.destroy(new Error('no answer in 5 s')));
    call.once('error', ({ message }) => resolve(message));
    call.end(body);
  });
}
