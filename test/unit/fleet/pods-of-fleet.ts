/** Fleets as they have been read, and what is chosen of them. */
import { Fleet } from '../../../src/fleet/fleet.ts';
import type { FleetPod, Phase, PodFacts } from '../../../src/fleet/fleet-pod.ts';
import { parseShare, type Share } from '../../../src/fleet/share.ts';

/** A pod of the Deployment whose name is the letters of its own, as in `web-1`; ready and waiting unless it says otherwise. */
export function fleetPod(name: string, facts: Partial<PodFacts> & { readonly phase?: Phase } = {}): FleetPod {
  const { phase = 'waiting', ...more } = facts;
  const app = name.replace(/-\d+$/, '');
  return {
    facts: {
      ...{ namespace: 'shop', name, uid: `uid-${name}`, workload: `shop/Deployment/${app}`, labels: { app } },
      ...{ node: '', zone: '', isReady: true, restarts: 0, ...more },
    },
    phase,
    movedAtMs: undefined,
  };
}

/** Pods `web-1`, `web-2` and so on. */
export function podsNamed(app: string, count: number, facts: Partial<PodFacts> = {}): readonly FleetPod[] {
  return Array.from({ length: count }, (_, index) => fleetPod(`${app}-${index + 1}`, facts));
}

export function fleetOf(maxUnavailable: string, pods: readonly FleetPod[]): Fleet {
  const fleet = new Fleet(share(maxUnavailable));
  for (const pod of pods) fleet.add(pod);
  return fleet;
}

export function share(text: string): Share {
  const read = parseShare(text);
  if (read === undefined) throw new Error(`${text} is no share`);
  return read;
}
