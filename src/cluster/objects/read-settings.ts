import { posix } from 'node:path';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { names } from '../names.ts';

/** How the injector of a cluster was told to work. */
export interface StoredSettings {
  /** The arguments behind its verb. */
  readonly flags: readonly string[];
  /** The configuration file that they name, where a ConfigMap has it. */
  readonly file?: { readonly path: string; readonly text: string };
}

/** Reads the settings of an injector from its Deployment and the ConfigMap that it mounts. */
export async function readSettings(
  client: Pick<ApiClient, 'request'>,
  deployment: JsonObject,
): Promise<StoredSettings> {
  const spec = at(deployment, ['spec', 'template', 'spec']);
  const containers = listAt(spec, 'containers');
  const container = containers.find(({ name }) => name === names.service) ?? containers[0];
  const args = at(container, ['args']);
  const flags = (Array.isArray(args) ? args.map(String) : []).slice(1);
  const path = configPath(flags);
  const configMap = path === undefined ? undefined : configMapAt(spec, container, posix.dirname(path));
  if (path === undefined || configMap === undefined) return { flags };
  const namespace = String(at(deployment, ['metadata', 'namespace']));
  const { data } = await client.request({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(configMap)}`,
  });
  const text = at(data, [posix.basename(path)]);
  return { flags, ...(typeof text === 'string' ? { file: { path: `ConfigMap ${configMap}`, text } } : {}) };
}

/** What `--config` names, with or without an equals sign. */
function configPath(flags: readonly string[]): string | undefined {
  const index = flags.findIndex(flag => flag === '--config' || flag.startsWith('--config='));
  const flag = flags[index];
  return flag === '--config' ? flags[index + 1] : flag?.slice('--config='.length);
}

/** The ConfigMap that a container mounts at a directory. */
function configMapAt(spec: unknown, container: unknown, directory: string): string | undefined {
  const mount = listAt(container, 'volumeMounts').find(({ mountPath }) => mountPath === directory);
  const volume = listAt(spec, 'volumes').find(({ name }) => name === mount?.['name']);
  const name = at(volume, ['configMap', 'name']);
  return typeof name === 'string' ? name : undefined;
}

function listAt(object: unknown, key: string): readonly JsonObject[] {
  const list = at(object, [key]);
  return Array.isArray(list) ? list.filter(isObject) : [];
}
