import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveFiles } from '../../demo/file-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** Serves `site` of a directory, in which `current` is a link as git-sync makes it. */
async function serve() {
  const directory = temporaryDirectory();
  for (const version of ['1', '2']) {
    mkdirSync(join(directory, 'site', version), { recursive: true });
    writeFileSync(join(directory, 'site', version, 'index.html'), `version ${version}`);
  }
  writeFileSync(join(directory, 'secret'), 'outside');
  const link = join(directory, 'site/current');
  symlinkSync('1', link);
  const server = await serveFiles(join(directory, 'site'));
  onTestFinished(server.stop);
  const swap = () => {
    symlinkSync('2', `${link}.new`);
    renameSync(`${link}.new`, link);
  };
  return { url: server.url, swap };
}

/** The status line of a request whose path no client would send as it is. */
async function statusOf(url: string, path: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return (await text(socket)).split('\r\n')[0] ?? '';
}

describe('the server that stands for the app', () => {
  it('serves what a link points at, also after it has been swapped', async () => {
    const { url, swap } = await serve();
    const page = async () => (await fetch(`${url}/current/`)).text();
    expect(await page()).toBe('version 1');
    swap();
    expect(await page()).toBe('version 2');
  });

  it('says that it is HTML, leads to a directory, and has no other file', async () => {
    const { url } = await serve();
    expect((await fetch(`${url}/current/`)).headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${url}/current`, { redirect: 'manual' })).headers.get('location')).toBe('/current/');
    expect((await fetch(`${url}/current/other.html`)).status).toBe(404);
    expect((await fetch(`${url}/current/`, { method: 'POST' })).status).toBe(405);
    expect(await (await fetch(`${url}/current/`, { method: 'HEAD' })).text()).toBe('');
  });

  it.each([
    '/../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/current/..%2f..%2fsecret',
    '/a%00',
    '/%zz',
    '//',
  ])('leads nowhere with %s', async path => {
    const { url } = await serve();
    expect(await statusOf(url, path)).toMatch(/^HTTP\/1\.1 40[04] /);
  });
});
