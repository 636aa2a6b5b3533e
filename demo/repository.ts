import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Terminal } from './transcript.ts';
import { execute } from './transcript.ts';

/**
 * A repository in the cluster that any image with busybox can serve: its files over plain HTTP. A push goes to a bare
 * repository on this machine, whose hook carries the files into the pod.
 * https://git-scm.com/book/en/v2/Git-Internals-Transfer-Protocols
 */
export async function startRepository(
  terminal: Terminal,
  { directory, image, namespace }: { directory: string; image: string; namespace: string },
): Promise<string> {
  const manifest = join(directory, 'repository.yaml');
  await writeFile(manifest, repositoryManifest(image));
  await mkdir(join(directory, 'site.git/hooks'), { recursive: true });
  const hook = join(directory, 'site.git/hooks/post-receive');
  await writeFile(hook, publish);
  await chmod(hook, 0o755);
  await prepare(terminal, [
    `kubectl apply --filename ${manifest}`,
    'kubectl wait --for=condition=Ready pod/repository --timeout=60s',
    `cd ${directory}`,
    'git init --quiet --bare --initial-branch=main site.git',
    'git init --quiet --initial-branch=main site',
    'cd site',
    'git config user.name demo',
    'git config user.email demo@example.com',
    'git remote add origin ../site.git',
    'echo "version 1" > index.html',
    'git add index.html',
    'git commit --quiet --message "Version 1"',
    'git push --quiet origin main',
  ]);
  return `http://repository.${namespace}.svc/site.git`;
}

async function prepare(terminal: Terminal, commands: readonly string[]): Promise<void> {
  const { exitCode, output } = await execute(terminal, commands.join(' &&\n'));
  if (exitCode !== 0) throw new Error(`the repository could not be prepared:\n${output}`);
}

/** What the new commit consists of first, what names it last: readers never see a name without its commit. */
const publish = `#!/bin/sh
set -e
git update-server-info
into() { kubectl exec --stdin repository -- sh -c 'mkdir -p /repository/site.git && tar -x -f - -C /repository/site.git'; }
tar -c -f - objects | into
tar -c -f - HEAD config info refs | into
`;

function repositoryManifest(image: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: repository
  labels: {app: repository}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: httpd
      image: ${image}
      command: [httpd, -f, -p, "8080", -h, /repository]
      volumeMounts:
        - {name: repository, mountPath: /repository}
  volumes:
    - {name: repository, emptyDir: {}}
---
apiVersion: v1
kind: Service
metadata:
  name: repository
spec:
  selector: {app: repository}
  ports:
    - {port: 80, targetPort: 8080}
`;
}
