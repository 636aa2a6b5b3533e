/**
 * Everything that a case may want a sidecar to talk to, in one pod: git over http, https and ssh, with and without a
 * login, one that accepts and stays silent, a receiver of hooks, GitHub's API for apps, and a proxy. It runs in the
 * helper image, and its log tells what was asked of it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { gitHandler } from './git-http.ts';
import { answerGitHub, appToken } from './github-app.ts';
import { ports } from './ports.ts';
import { createProxy } from './proxy.ts';

const repositories = '/repositories';
for (const directory of [repositories, '/keys', '/run/sshd']) mkdirSync(directory, { recursive: true });
execFileSync('git', ['config', '--system', '--add', 'safe.directory', '*']);
for (const name of ['host', 'user', 'other']) {
  if (existsSync(`/keys/${name}`)) continue;
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', `/keys/${name}`]);
}
writeFileSync('/keys/authorized_keys', readFileSync('/keys/user.pub'));

const tls = { cert: readFileSync('/tls/tls.crt'), key: readFileSync('/tls/tls.key') };
const isLogin = (user: string, password: string) =>
  password === appToken || `${user}:${password}` === readLogin();
const open = gitHandler(repositories);
const closed = gitHandler(repositories, isLogin);

createServer(open).listen(ports.http);
createServer(closed).listen(ports.httpLogin);
createTlsServer(tls, open).listen(ports.https);
createTlsServer(tls, closed).listen(ports.httpsLogin);
createTlsServer(tls, answerGitHub).listen(ports.github);
createProxy(ports.http, ports.https).listen(ports.proxy);
createTcpServer(stayBehindSilence).listen(ports.silent);
createServer((request, response) => {
  let length = 0;
  request.on('data', chunk => {
    length += chunk.length;
  });
  request.once('end', () => {
    const status = existsSync('/tmp/hook-status') ? Number(readFileSync('/tmp/hook-status', 'utf8')) : 200;
    const { method, url, headers } = request;
    const call = { method, url, length, hash: headers['gitsync-hash'], status };
    appendFileSync('/tmp/hooks.jsonl', `${JSON.stringify(call)}\n`);
    response.writeHead(status).end();
  });
}).listen(ports.hook, () => console.log('ready'));

const sshOptions = [
  `Port=${ports.ssh}`,
  'HostKey=/keys/host',
  'AuthorizedKeysFile=/keys/authorized_keys',
  'PermitRootLogin=prohibit-password',
  'StrictModes=no',
  'UsePAM=no',
  'PidFile=none',
];
spawn('/usr/sbin/sshd', ['-D', '-e', ...sshOptions.flatMap(option => ['-o', option])], { stdio: 'inherit' });

// A container's first process gets no signal that it does not ask for.
process.once('SIGTERM', () => process.exit(0));

/**
 * It accepts, and reads what comes, and says no word, until there is a file that lets it pass on to the open server:
 * at once, or after the seconds that stand in it.
 */
function stayBehindSilence(socket: Socket): void {
  socket.on('error', () => undefined);
  if (!existsSync('/tmp/talk')) return void socket.resume();
  setTimeout(passOn, Number(readFileSync('/tmp/talk', 'utf8')) * 1000, socket);
}

function passOn(socket: Socket): void {
  const onward = connect(ports.http, '127.0.0.1');
  onward.on('error', () => socket.destroy());
  socket.pipe(onward).pipe(socket);
}

function readLogin(): string {
  return existsSync('/tmp/login') ? readFileSync('/tmp/login', 'utf8').trim() : 'reader:secret';
}
