import type { Fact } from '../../diagnosis/fact.ts';
import { isObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { names } from '../names.ts';
import { learn } from './learn.ts';

/** The files of the ConfigMap with the definitions, in the namespace of the injector; undefined where there is none. */
export async function storedDefinitions(
  client: Pick<ApiClient, 'request'>,
  namespace: string,
): Promise<Fact<Readonly<Record<string, string>> | undefined>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${names.definitions}`;
  return learn(
    unlessMissing(client.request({ method: 'GET', path })).then(configMap => {
      if (configMap === undefined) return undefined;
      const { data } = configMap;
      const entries = Object.entries(isObject(data) ? data : {});
      return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
    }),
  );
}
