import { at, type JsonObject } from '../../kubernetes/json.ts';

/** The ports of a replica. */
export interface ReplicaPorts {
  readonly admission: number;
  readonly status: number;
}

/** The ports that the Deployment names, or else those of `deploy/`. */
export function replicaPorts(deployment: JsonObject | undefined): ReplicaPorts {
  const containers = at(deployment, ['spec', 'template', 'spec', 'containers']);
  const ports = Array.isArray(containers) ? at(containers[0], ['ports']) : undefined;
  const portNamed = (wanted: string, otherwise: number) => {
    const found = Array.isArray(ports) ? ports.find(port => at(port, ['name']) === wanted) : undefined;
    return Number(at(found, ['containerPort']) ?? otherwise);
  };
  return { admission: portNamed('admission', 10250), status: portNamed('status', 8080) };
}
