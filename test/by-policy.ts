/** Pods as policies of the API server leave them: they write the same status as the webhook, but cannot hash. */
import { isObject, type JsonObject } from '../src/kubernetes/json.ts';

type Annotations = Readonly<Record<string, string>>;

const statusKey = 'sidecar.io/status';

interface Injected {
  readonly metadata: { readonly annotations?: Annotations | null | undefined };
}

/** What a pod inherits: these annotations, where it has none of their keys. */
export interface Inherited {
  readonly annotations?: Annotations;
  /** The entries that a policy wrote; all of them unless names are given. */
  readonly names?: readonly string[];
}

/** An injected pod, the entries of its status rewritten to the form in which policies write them. */
export function byPolicy<T extends Injected>(pod: T, { annotations = {}, names }: Inherited = {}): T {
  const { [statusKey]: text = '{}', ...own } = pod.metadata.annotations ?? {};
  const entries = Object.entries(JSON.parse(text) as Readonly<Record<string, JsonObject>>);
  const inherited = Object.fromEntries(Object.entries(annotations).filter(([key]) => !(key in own)));
  const rewritten = entries.map(([name, entry]) => [
    name,
    !isObject(entry) || 'leftToOthers' in entry || names?.includes(name) === false
      ? entry
      : {
          ...entry,
          parameters: textOf(name, own),
          ...('inherited' in entry ? { inherited: textOf(name, inherited) } : {}),
          by: 'policy',
        },
  ]);
  const status = JSON.stringify(Object.fromEntries(rewritten));
  const all = { ...pod.metadata.annotations, [statusKey]: status };
  return { ...pod, metadata: { ...pod.metadata, annotations: all } };
}

/** As a policy writes it, which escapes quotes and backslashes and nothing else. */
function textOf(container: string, annotations: Annotations): string {
  const pairs = Object.keys(annotations)
    .sort()
    .flatMap(key => {
      const [, id = '', parameter = ''] = /^sidecar\.io\/([^.]+)(?:\.(.+))?$/.exec(key) ?? [];
      return id.replace('_', '-') === container
        ? [`[${quoted(parameter)},${quoted(annotations[key] ?? '')}]`]
        : [];
    });
  return `[${pairs.join(',')}]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
