import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { Volume } from '../../kubernetes/pod.ts';
import { renderTemplate } from '../../sidecars/template/render-template.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';

/** A volume that a sidecar brings, or that the pod has for it. */
export interface RenderedVolume {
  readonly volume: Volume;
  /** Only of a volume that the app sees. */
  readonly shared?: Sharing;
}

/** What is to be known of a volume that the app sees. */
export interface Sharing {
  /** Whether it is the one that `.volume`, `.size` and `.mount` are about. */
  readonly isMain: boolean;
  /** Where the app sees it, where somebody says so: the definition, or the app itself by a mount. */
  readonly at: string | undefined;
  /** Whether that is the same place in every pod, and none that an annotation chooses. */
  readonly isFixed: boolean;
  /** The directory of the volume that is mounted there, where the app does not mount all of it. */
  readonly subPath?: string;
}

/** Renders all volumes of a sidecar. */
export function renderVolumes(instance: SidecarInstance): readonly RenderedVolume[] {
  const rendered = renderTemplate(instance.definition.volumes, instance);
  return Array.isArray(rendered) ? rendered.filter(isObject).map(entry => volumeOf(entry, instance)) : [];
}

function volumeOf({ shared, ...volume }: JsonObject, instance: SidecarInstance): RenderedVolume {
  if (!isObject(shared)) return { volume: volume as unknown as Volume };
  const isMain = shared['isMain'] === true;
  const size = isMain ? instance.values.get('size')?.text : undefined;
  return {
    volume: (size === undefined ? volume : withSizeLimit(volume, size)) as unknown as Volume,
    shared: { isMain, at: placeIn(shared['at']), isFixed: shared['isFixed'] === true },
  };
}

function placeIn(at: Json | undefined): string | undefined {
  const [place] = Array.isArray(at) ? at : [at];
  return typeof place === 'string' ? place : undefined;
}

function withSizeLimit(volume: JsonObject, sizeLimit: string): JsonObject {
  const emptyDir = volume['emptyDir'];
  return isObject(emptyDir) ? { ...volume, emptyDir: { ...emptyDir, sizeLimit } } : volume;
}
