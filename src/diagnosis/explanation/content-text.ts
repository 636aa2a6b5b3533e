import type { ExplainedContent } from './explanation.ts';

/** Where the app finds it; where nothing of the app sees it, where it is. */
export function contentText(container: string, { path, volume, inVolume, mounts }: ExplainedContent): string {
  const seen = mounts.map(
    mount => `${mount.path} in container ${mount.container} (volume ${volume} mounted at ${mount.mountPath})`,
  );
  const own = `${path} in container ${container}`;
  if (seen.length > 0) return [...seen, own].join('; ');
  return volume === undefined
    ? own
    : `${own}, which is ${inVolume === '' ? 'all' : inVolume} of volume ${volume}; no container of the app mounts it`;
}
