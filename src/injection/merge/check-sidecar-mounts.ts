import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { type Finding, refusal } from '../reason.ts';
import { type SidecarInstance, settingKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, containersOf } from './assembly.ts';

/**
 * Refuses a sidecar that would mount two things at one path, which the API server would refuse without a word of the
 * annotation: a value, or the place of the app's volume, is a path that the sidecar needs itself.
 */
export function checkSidecarMounts({ sidecars }: Assembly): readonly Finding[] {
  return sidecars.flatMap(sidecar => {
    const paths = containersOf(sidecar).flatMap(pathsMountedTwice);
    return [...new Set(paths)].map(path => {
      const where = keyFor(sidecar.instance, path);
      const message = () =>
        `annotation ${where}: the sidecar mounts something of its own at ${shownName(path)}; use another directory`;
      return refusal('mount-path-twice', where, message);
    });
  });
}

function pathsMountedTwice({ volumeMounts }: Container): readonly string[] {
  const seen = new Set<string>();
  return (volumeMounts ?? []).flatMap(({ mountPath }) => {
    const path = withoutTrailingSlash(mountPath);
    if (seen.has(path)) return path;
    seen.add(path);
    return [];
  });
}

/** The annotation whose value is the path, where there is one. */
function keyFor({ request, definition, values }: SidecarInstance, path: string): string {
  const parameter = [...values].find(([, { value }]) => value === path)?.[0];
  return parameter === undefined ? request.shownKey : settingKey(request, definition, parameter);
}
