/**
 * Logs in to the registry, for crane, helm and cosign, which all read the configuration of Docker.
 *
 *   REGISTRY_USER=… REGISTRY_PASSWORD=… node scripts/release/login.ts
 */
import { execFileSync } from 'node:child_process';
import { fail, readRelease } from './release.ts';

const { REGISTRY_USER, REGISTRY_PASSWORD } = process.env;
if (!REGISTRY_USER || !REGISTRY_PASSWORD) fail('REGISTRY_USER and REGISTRY_PASSWORD must be set');
const [registry = ''] = readRelease().image.split('/');
const args = ['auth', 'login', registry, '--username', REGISTRY_USER, '--password-stdin'];
// Not among the arguments, which every process of the machine can read.
execFileSync('crane', args, {
  input: REGISTRY_PASSWORD,
  stdio: ['pipe', 'inherit', 'inherit'],
  timeout: 60_000,
});
