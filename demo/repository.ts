import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, type Terminal } from './transcript.ts';
import { makeWorkingCopy } from './working-copy.ts';

/** A repository that pods can read, and the working copy that pushes to it. */
export interface Repository {
  readonly url: string;
  readonly workingCopy: string;
}

/**
 * A repository in the cluster that any image with busybox can serve: its files over plain HTTP. A push goes to a bare
 * repository on this machine, whose hook carries the files into the pod.
 * https://git-scm.com/book/en/v2/Git-Internals-Transfer-Protocols
 */
export async function startRepository(
  terminal: Terminal,
  { directory, image, namespace }: { directory: string; image: string; namespace: string },
): Promise<Repository> {
  const manifest = join(directory, 'repository.yaml');
  await writeFile(manifest, repositoryManifest(image));
  const commands = `kubectl apply --filename ${manifest} &&
kubectl wait --for=condition=Ready pod/repository --timeout=60s`;
  const { exitCode, output } = await execute(terminal, commands);
  if (exitCode !== 0) throw new Error(`the repository could not be started:\n${output}`);
  const workingCopy = await makeWorkingCopy(terminal, directory, publish);
  return { url: `http://repository.${namespace}.svc/site.git`, workingCopy };
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
