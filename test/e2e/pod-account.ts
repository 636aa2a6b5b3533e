import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { controlPlane } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

/** Writes a kubeconfig for an account of this name that may do this to the pods of a namespace, and nothing else. */
export async function accountForPods(
  { name: namespace, kubectl }: TestNamespace,
  name: string,
  verbs: readonly string[],
): Promise<string> {
  await kubectl(`create serviceaccount ${name}`);
  await kubectl(`create role ${name} --verb=${verbs.join(',')} --resource=pods`);
  await kubectl(`create rolebinding ${name} --role=${name} --serviceaccount=${namespace}:${name}`);
  const { stdout } = await kubectl(`create token ${name}`);
  const { directory, kubeconfig } = controlPlane();
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const file = join(directory, `${namespace}-${name}`);
  const users = [{ name: 'admin', user: { token: stdout.trim() } }];
  await writeFile(file, JSON.stringify({ ...config, users }), { mode: 0o600 });
  return file;
}
