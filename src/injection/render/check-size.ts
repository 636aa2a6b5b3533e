import { renderedSize } from '../../sidecars/template/rendered-size.ts';
import { type Finding, refusal } from '../reason.ts';
import { asksForEnvironment, type SidecarInstance, settingKey } from '../request/sidecar-instance.ts';

/** How many characters of JSON a sidecar takes with its values, each as often as the definition puts it in. */
export function sidecarSize(instance: SidecarInstance): number {
  const { container, volumes, annotations, ready, content, appEnv } = instance.definition;
  const templates = [
    container,
    volumes,
    ...annotations.map(([, template]) => template),
    ...[ready?.probe, content, asksForEnvironment(instance) ? appEnv : undefined].filter(
      template => template !== undefined,
    ),
  ];
  return templates.reduce((total, template) => total + renderedSize(template, instance), 0);
}

/** Refuses a sidecar of a size, before it is rendered, where that is more than a pod can be stored with. */
export function checkSize(instance: SidecarInstance, characters: number): readonly Finding[] {
  if (characters <= maxCharacters) return [];
  const most = `${maxCharacters / 1024} KiB`;
  const key = longestKey(instance);
  const message = () =>
    `annotation ${key}: the sidecar would take more than ${most} of the pod; shorten the value`;
  return [refusal('sidecar-too-large', key, message)];
}

/** etcd stores objects of up to 1.5 MiB, and the API server takes no more than 3 MiB: a pod may have several sidecars. */
const maxCharacters = 256 * 1024;

/** The annotation of the longest value; that of the sidecar itself where no annotation has set one. */
function longestKey({ request, definition, values }: SidecarInstance): string {
  let key = request.shownKey;
  let length = 0;
  for (const [name, { text }] of values) {
    if (text.length <= length) continue;
    length = text.length;
    key = settingKey(request, definition, name);
  }
  return key;
}
