import { isObject, type Json } from '../../kubernetes/json.ts';
import { suggestion } from '../../nearest-name.ts';
import { possibleEntries } from '../template/possible-values.ts';
import { entriesOf, isObjectPlace } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';

/** A device is a volume of the definition that can be one, and that is no mount. */
export const checkDevices: Rule = ({ spec, container, report }) => {
  const path = ['spec', 'container', 'volumeDevices'];
  const devices = entriesOf({ value: container['volumeDevices'], path, when: [] });
  if (devices.length === 0) return;
  const volumes = new Map(
    possibleEntries(spec['volumes']).flatMap(volume =>
      isObject(volume) && typeof volume['name'] === 'string' ? [[volume['name'], volume] as const] : [],
    ),
  );
  const mounted = new Set(possibleEntries(container['volumeMounts']).map(nameOf));
  for (const device of devices) {
    const name = nameOf(device.value);
    if (!isObjectPlace(device) || typeof name !== 'string') continue;
    const volume = volumes.get(name);
    const at = [...device.path, 'name'];
    if (!volume) report(at, () => `no volume "${name}" in spec.volumes${suggestion(name, volumes.keys())}`);
    else if (!('persistentVolumeClaim' in volume || 'ephemeral' in volume)) {
      report(
        at,
        'only a persistentVolumeClaim or an ephemeral volume can be a device; write it in volumeMounts',
      );
    } else if (mounted.has(name))
      report(at, `the volume "${name}" is a mount already; it is a device or a mount`);
  }
};

function nameOf(value: Json): Json | undefined {
  return isObject(value) ? value['name'] : undefined;
}
