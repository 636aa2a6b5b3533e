import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { FindingName } from '../finding.ts';
import { possibleEntries, possibleValues, possibleValuesAt } from '../template/possible-values.ts';
import { type Remark, restricted } from './remark.ts';

interface Rule {
  readonly finding: FindingName;
  readonly keys: readonly string[];
  readonly isFine: (value: Json | undefined) => boolean;
  readonly advice: string;
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const securityRules: readonly Rule[] = [
  {
    finding: 'privilege-escalation',
    keys: ['allowPrivilegeEscalation'],
    isFine: value => value === false,
    advice: 'set allowPrivilegeEscalation: false',
  },
  {
    finding: 'run-as-non-root',
    keys: ['runAsNonRoot'],
    isFine: value => value === true,
    advice: 'set runAsNonRoot: true',
  },
  {
    finding: 'run-as-root',
    keys: ['runAsUser'],
    isFine: value => value !== 0,
    advice: 'set runAsUser to another UID than 0',
  },
  {
    finding: 'privileged',
    keys: ['privileged'],
    isFine: value => value !== true,
    advice: 'remove privileged',
  },
  {
    finding: 'proc-mount',
    keys: ['procMount'],
    isFine: value => value === undefined || value === 'Default',
    advice: 'remove procMount',
  },
  {
    finding: 'seccomp-profile',
    keys: ['seccompProfile', 'type'],
    isFine: value => value === 'RuntimeDefault' || value === 'Localhost',
    advice: 'set seccompProfile: {type: RuntimeDefault}',
  },
];

/** What the restricted Pod Security Standard says of a container's security context. */
export function reviewSecurityContext(container: JsonObject): readonly Remark[] {
  return securityRules
    .filter(({ keys, isFine }) => !possibleValuesAt(container, ['securityContext', ...keys]).every(isFine))
    .map(({ finding, keys, advice }) => ({
      finding,
      path: ['spec', 'container', 'securityContext', ...keys],
      message: `${advice}; otherwise ${restricted}`,
    }));
}

/** What it says of capabilities. */
export function reviewCapabilities(container: JsonObject): readonly Remark[] {
  const path = ['spec', 'container', 'securityContext', 'capabilities'];
  const dropped = possibleValuesAt(container, ['securityContext', 'capabilities', 'drop']);
  const added = possibleValuesAt(container, ['securityContext', 'capabilities', 'add']).flatMap(
    possibleEntries,
  );
  const remarks: Remark[] = [];
  if (!dropped.every(list => Array.isArray(list) && list.includes('ALL'))) {
    remarks.push({
      finding: 'capabilities',
      path: [...path, 'drop'],
      message: `set capabilities: {drop: [ALL]}; otherwise ${restricted}`,
    });
  }
  if (added.some(capability => capability !== 'NET_BIND_SERVICE')) {
    remarks.push({
      finding: 'capabilities',
      path: [...path, 'add'],
      message: `add no capability but NET_BIND_SERVICE; otherwise ${restricted}`,
    });
  }
  return remarks;
}

/** What it says of ports. */
export function reviewHostPorts(container: JsonObject): readonly Remark[] {
  const ports = possibleEntries(container['ports']).filter(isObject);
  if (!ports.some(port => possibleValues(port['hostPort']).some(value => value !== undefined))) return [];
  return [
    {
      finding: 'host-port',
      path: ['spec', 'container', 'ports'],
      message: `remove hostPort; otherwise ${restricted}`,
    },
  ];
}
