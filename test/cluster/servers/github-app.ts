/** The one call of GitHub's API that git-sync makes: a token for an installation of an app, asked for with a signed JWT. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const appId = '4711';
export const installationId = '8015';
export const appToken = 'ghs_token-of-the-installation';

/** https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
export function answerGitHub(request: IncomingMessage, response: ServerResponse): void {
  const status = statusFor(request);
  console.log(`${status} ${request.method} ${request.url} as a GitHub App`);
  const expires = new Date(Date.now() + 3600_000).toISOString();
  const body = status === 201 ? { token: appToken, expires_at: expires } : { message: 'no' };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function statusFor({ method, url, headers }: IncomingMessage): number {
  if (method !== 'POST' || !url?.endsWith(`/app/installations/${installationId}/access_tokens`)) return 404;
  const [header = '', payload = '', signature = ''] =
    headers.authorization?.replace('Bearer ', '').split('.') ?? [];
  const key = createPublicKey(readFileSync('/keys/app.pem'));
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return 401;
  const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return String(iss) === appId ? 201 : 401;
}
