import { describe, expect, it } from 'vitest';
import { problemsWith } from './problems-with.ts';

describe('a choice of one', () => {
  it.each([
    [
      'volumes: [{name: "${name}-v", emptyDir: {}, configMap: {name: a}}]\ncontainer: {image: "a:1"}',
      [
        '7:58: spec.volumes[0].configMap: a volume has one source, and emptyDir is there already; remove one of the two',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {when: on.true, value: {}}, configMap: {when: opt, value: {name: a}}}]\ncontainer: {image: "a:1"}',
      [
        '7:82: spec.volumes[0].configMap: a volume has one source, and emptyDir is there already; remove one of the two',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}, secretKeyRef: {name: a, key: b}}}]}',
      [
        '7:109: spec.container.env[0].valueFrom.secretKeyRef: valueFrom has one source, and fieldRef is there already; remove one of the two',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {}}]}',
      [
        '7:56: spec.container.env[0].valueFrom: valueFrom without a source; give it one of configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef',
      ],
    ],
    [
      'container: {image: "a:1", envFrom: [{prefix: A_}]}',
      [
        '7:39: spec.container.envFrom[0]: an entry of envFrom without a source; give it one of configMapRef, secretRef',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 80}, exec: {command: [a]}}}',
      [
        '7:74: spec.container.livenessProbe.exec: a probe has one handler, and tcpSocket is there already; remove one of the two',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {periodSeconds: 5}}',
      [
        '7:44: spec.container.livenessProbe: a probe without a handler; give it one of exec, httpGet, tcpSocket, grpc',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {when: on.true, value: {port: 80}}, periodSeconds: 5}}',
      [
        '7:56: spec.container.livenessProbe.tcpSocket: a probe can be left without a handler: add "else" to tcpSocket, or put the "when" around the whole',
      ],
    ],
    [
      'container: {image: "a:1", lifecycle: {preStop: {exec: {command: [a]}, sleep: {seconds: 1}}}}',
      [
        '7:80: spec.container.lifecycle.preStop.sleep: a hook has one handler, and exec is there already; remove one of the two',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", projected: {sources: [{secret: {name: a}, configMap: {name: a}}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:86: spec.volumes[0].projected.sources[0].configMap: an entry of sources has one source, and secret is there already; remove one of the two',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", downwardAPI: {items: [{path: a}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:55: spec.volumes[0].downwardAPI.items[0]: a file without a source; give it one of fieldRef, resourceFieldRef',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}',
      [
        '7:66: spec.container.env[0].valueFrom: a variable has "value" or "valueFrom", not both; remove one of them',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, value: {when: on.true, value: x}, valueFrom: {when: opt, value: {fieldRef: {fieldPath: metadata.name}}}}]}',
      [
        '7:109: spec.container.env[0].valueFrom.value: a variable has "value" or "valueFrom", not both; remove one of them',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, subPath: b, subPathExpr: c}]}',
      [
        '8:104: spec.container.volumeMounts[0].subPathExpr: a mount has subPath or subPathExpr, not both; keep subPathExpr where it names a variable',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('a key that must be there', () => {
  it.each([
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: {when: opt, value: /a}}]}',
      [
        '8:75: spec.container.volumeMounts[0].mountPath: "mountPath" must always be there: add "else", or put the "when" around the whole',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {httpGet: {path: /, port: {when: on.true, value: 80}}}}',
      [
        '7:70: spec.container.livenessProbe.httpGet.port: "port" must always be there: add "else", or put the "when" around the whole',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {httpGet: {path: /, port: "${opt}"}}}',
      [
        '7:70: spec.container.livenessProbe.httpGet.port: no port named "${opt}" in spec.container.ports; the container names none; write its number, or name it there',
        '7:70: spec.container.livenessProbe.httpGet.port: "port" must always be there: ${opt} may have no value; give the parameter a default',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {seccompProfile: {type: {when: on.true, value: Localhost}, localhostProfile: a}}}',
      [
        '7:70: spec.container.securityContext.seccompProfile.type: "type" must always be there: add "else", or put the "when" around the whole',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {exec: {command: []}}}',
      ['7:61: spec.container.livenessProbe.exec.command: "command" needs at least one entry'],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('what stands twice', () => {
  it.each([
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a}, {name: "${name}-v", mountPath: /a}]}',
      ['8:111: spec.container.volumeMounts[1].mountPath: a second mount at /a; a path takes one volume'],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a}, {when: on.true, value: {name: "${name}-v", mountPath: /a}}]}',
      [
        '8:134: spec.container.volumeMounts[1].value.mountPath: a second mount at /a; a path takes one volume',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{each: many, value: {name: "${name}-v", mountPath: /a}}]}',
      [
        '8:95: spec.container.volumeMounts[0].value.mountPath: the entry is made for each value of "many", so there would be a second mount at /a; put "${each}" or "${each.index}" into it',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]}',
      ['7:74: spec.container.ports[1].containerPort: a second port 80/TCP; remove one of the two'],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: a}, {containerPort: 81, name: a}]}',
      [
        '7:93: spec.container.ports[1].name: a second port named "a"; the names of a container\'s ports differ',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80}, {containerPort: "${port}"}]}',
      ['7:74: spec.container.ports[1].containerPort: a second port 80/TCP; remove one of the two'],
    ],
    [
      'container: {image: "a:1", env: [{name: A, value: x}, {name: A, value: y}]}',
      [
        '7:63: spec.container.env[1].name: a second variable "A": the first one is never seen; remove one of the two',
      ],
    ],
    [
      'container: {image: "a:1", env: [{when: opt, value: {name: A, value: x}}, {name: A, value: y}]}',
      [
        '7:83: spec.container.env[1].name: a second variable "A": the first one is never seen; remove one of the two',
      ],
    ],
    [
      'container: {image: "a:1", resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: NotRequired}]}',
      ['7:108: spec.container.resizePolicy[1].resourceName: a second policy for cpu'],
    ],
    [
      'volumes: [{name: "${name}-v", projected: {sources: [{secret: {name: a, items: [{key: a, path: a}]}}, {configMap: {name: a, items: [{key: b, path: a}]}}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:149: spec.volumes[0].projected.sources[1].configMap.items[0].path: a second file a in this volume; give one of them another path',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('an order of variables', () => {
  it.each([
    [
      'container: {image: "a:1", env: [{name: A, value: "$(B)"}, {name: B, value: x}]}',
      [
        '7:52: spec.container.env[0].value: "$(B)" stands above B, so it stays as it is; put B first, or write "$$(B)"',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, value: "$(A)"}]}',
      [
        '7:52: spec.container.env[0].value: "$(A)" in A itself stays as it is, for Kubernetes knows no variables of the image; write its value out, or "$$(A)"',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('a probe', () => {
  it.each([
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: web}], livenessProbe: {tcpSocket: {port: http}}}',
      [
        '7:104: spec.container.livenessProbe.tcpSocket.port: no port named "http" in spec.container.ports; known: web; write its number, or name it there',
      ],
    ],
    [
      'container: {image: "a:1"}\nready: {tcpSocket: {port: nosuch}, within: 1m}',
      [
        '8:29: spec.ready.tcpSocket.port: no port named "nosuch" in spec.container.ports; the container names none; write its number, or name it there',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 80}, successThreshold: 3}}',
      [
        '7:86: spec.container.livenessProbe.successThreshold: a liveness probe has succeeded when it did once: expected 1, got 3; remove it',
      ],
    ],
    [
      'container: {image: "a:1", readinessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 3}}',
      [
        '7:100: spec.container.readinessProbe.terminationGracePeriodSeconds: a readiness probe ends no container, so it has no grace period; remove it',
      ],
    ],
    [
      'container: {image: "a:1", lifecycle: {stopSignal: SIGTERM}}',
      [
        '7:53: spec.container.lifecycle.stopSignal: Kubernetes takes a stop signal only in pods that set spec.os.name, which most do not; have the image say it, or a preStop hook',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('rights', () => {
  it.each([
    [
      'container: {image: "a:1", securityContext: {privileged: true, allowPrivilegeEscalation: false}}',
      [
        '7:59: spec.container.securityContext.privileged: a privileged container may always gain rights; remove it, or allowPrivilegeEscalation: false',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {privileged: {when: on.true, value: true}, allowPrivilegeEscalation: {when: opt, value: false}}}',
      [
        '7:82: spec.container.securityContext.privileged.value: a privileged container may always gain rights; remove it, or allowPrivilegeEscalation: false',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false}}',
      [
        '7:67: spec.container.securityContext.capabilities.add: with CAP_SYS_ADMIN a container may always gain rights; remove it, or allowPrivilegeEscalation: false',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {seccompProfile: {type: Localhost}}}',
      [
        '7:70: spec.container.securityContext.seccompProfile.type: the type Localhost needs localhostProfile, a file below the directory of profiles of the kubelet',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: a}}}',
      [
        '7:70: spec.container.securityContext.seccompProfile.type: only the type Localhost has localhostProfile; remove it from RuntimeDefault',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, mountPropagation: Bidirectional}]}',
      [
        '8:97: spec.container.volumeMounts[0].mountPropagation: only a privileged container shares its mounts with the node; write HostToContainer',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, recursiveReadOnly: Enabled}]}',
      [
        '8:98: spec.container.volumeMounts[0].recursiveReadOnly: only a mount with readOnly: true can be read-only all the way down; add it',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, readOnly: true, recursiveReadOnly: Enabled, mountPropagation: HostToContainer}]}',
      [
        '8:114: spec.container.volumeMounts[0].recursiveReadOnly: a mount that is read-only all the way down has no mountPropagation; remove it',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('resources', () => {
  it.each([
    [
      'container: {image: "a:1", resources: {requests: {memory: 64Mi}, limits: {memory: 32Mi}}}',
      [
        '7:60: spec.container.resources.requests.memory: the request 64Mi is above the limit 32Mi; raise the limit or lower the request',
      ],
    ],
    [
      'container: {image: "a:1", resources: {requests: {memory: {when: on.true, value: 64Mi}}, limits: {memory: {when: opt, value: 32Mi}}}}',
      [
        '7:83: spec.container.resources.requests.memory.value: the request 64Mi is above the limit 32Mi; raise the limit or lower the request',
      ],
    ],
    [
      'container: {image: "a:1", resources: {requests: {example.com/gpu: "1"}}}',
      [
        '7:69: spec.container.resources.requests.example.com/gpu: example.com/gpu is not shared, so it needs a limit of the same amount; add limits.example.com/gpu',
      ],
    ],
    [
      'container: {image: "a:1", resources: {requests: {example.com/gpu: "1"}, limits: {example.com/gpu: "2"}}}',
      [
        '7:69: spec.container.resources.requests.example.com/gpu: example.com/gpu is not shared, so request and limit are the same; here they are 1 and 2',
      ],
    ],
    [
      'container: {image: "a:1", resources: {limits: {example.com/gpu: 500m}}}',
      [
        '7:67: spec.container.resources.limits.example.com/gpu: example.com/gpu comes in whole numbers; "500m" is none',
      ],
    ],
    [
      'container: {image: "a:1", resources: {limits: {hugepages-2Mi: 4Mi}}}',
      [
        '7:40: spec.container.resources: hugepages-2Mi needs a request or a limit of cpu or memory beside it; add one',
      ],
    ],
    [
      'container: {image: "a:1", resources: {limits: {cpu: "1", hugepages-2Mi: 3Mi}}}',
      [
        '7:75: spec.container.resources.limits.hugepages-2Mi: "3Mi" is no multiple of the page size of hugepages-2Mi',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('a reference to a field', () => {
  it.each([
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}]}',
      [
        "7:79: spec.container.env[0].valueFrom.fieldRef.fieldPath: a variable takes one label or annotation, as metadata.labels['KEY']; all of them go into a file of a downwardAPI volume",
      ],
    ],
    [
      'volumes: [{name: "${name}-v", downwardAPI: {items: [{path: a, fieldRef: {fieldPath: status.podIP}}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:87: spec.volumes[0].downwardAPI.items[0].fieldRef.fieldPath: a file of a downwardAPI volume takes fields of metadata only; put this one into a variable',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu}}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:83: spec.volumes[0].downwardAPI.items[0].resourceFieldRef: a file needs containerName beside the resource; write containerName: "${name}"',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1Mi}}}]}',
      [
        '7:107: spec.container.env[0].valueFrom.resourceFieldRef.divisor: a cpu is divided by 1 or 1m, not by 1Mi',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1m}}}]}',
      [
        '7:110: spec.container.env[0].valueFrom.resourceFieldRef.divisor: the divisor 1m is for a cpu; write 1, 1Ki or 1Mi for a size',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('a volume', () => {
  it.each([
    [
      'volumes: [{when: on.true, value: {name: "${name}-v", emptyDir: {}}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a}]}',
      [
        '8:51: spec.container.volumeMounts[0].name: the volume "${name}-v" can be left out while this mount stays; write the mount as {when: …, value: …} with the conditions of the volume, and with each parameter that the volume names and that may have no value',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", configMap: {name: "${opt}"}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a}]}',
      [
        '8:51: spec.container.volumeMounts[0].name: the volume "${name}-v" can be left out while this mount stays; write the mount as {when: …, value: …} with the conditions of the volume, and with each parameter that the volume names and that may have no value',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeDevices: [{name: "${name}-v", devicePath: /dev/a}]}',
      [
        '8:52: spec.container.volumeDevices[0].name: only a persistentVolumeClaim or an ephemeral volume can be a device; write it in volumeMounts',
      ],
    ],
    [
      'container: {image: "a:1", volumeDevices: [{name: "${name}-w", devicePath: /dev/a}]}',
      ['7:52: spec.container.volumeDevices[0].name: no volume "${name}-w" in spec.volumes'],
    ],
    [
      'volumes: [{name: "${name}-v", ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {}}}}}]\ncontainer: {image: "a:1"}',
      [
        '7:115: spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests: a claim says how much it wants; add resources: {requests: {storage: 1Gi}}',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", ephemeral: {volumeClaimTemplate: {metadata: {name: a}, spec: {accessModes: [ReadWriteOnce, ReadWriteOncePod], resources: {requests: {storage: "0"}}}}}}]\ncontainer: {image: "a:1"}',
      [
        '7:84: spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: the claim is named after the pod and the volume; set labels and annotations only',
        '7:108: spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: ReadWriteOncePod stands alone; remove the other modes',
        '7:175: spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests.storage: expected more than nothing, got "0"',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('an annotation that the API server reads', () => {
  it.each([
    [
      'annotations: {controller.kubernetes.io/pod-deletion-cost: high}\ncontainer: {image: "a:1"}',
      [
        '7:61: spec.annotations.controller.kubernetes.io/pod-deletion-cost: expected a whole number of 32 bits, got "high"',
      ],
    ],
    [
      'annotations: {kubernetes.io/config.mirror: a}\ncontainer: {image: "a:1"}',
      [
        '7:46: spec.annotations.kubernetes.io/config.mirror: only the kubelet may make a pod that mirrors one of its own; remove it',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('what looks like a mistake', () => {
  it.each([
    'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 0400}}]\ncontainer: {image: "a:1"}',
    'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 0o777}}]\ncontainer: {image: "a:1"}',
    'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{when: on.true, value: {name: "${name}-v", mountPath: /a}}, {when: "!on.true", value: {name: "${name}-v", mountPath: /a}}]}',
    'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{when: on.true, value: {name: "${name}-v", mountPath: /a}}, {when: on.false, value: {name: "${name}-v", mountPath: /a}}]}',
    'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{when: [on.true, opt], value: {name: "${name}-v", mountPath: /a}, else: {name: "${name}-v", mountPath: /b}}, {when: [on.true, opt], value: {name: "${name}-v", mountPath: /b}, else: {name: "${name}-v", mountPath: /a}}]}',
    'container: {image: "a:1", env: [{name: A, value: "${opt}"}, {when: "!opt", value: {name: A, value: x}}]}',
    'container: {image: "a:1", env: [{name: A, value: x}, {when: opt, value: {name: A, value: y}}]}',
    'container: {image: "a:1", env: [{name: B, value: x}, {name: A, value: "$(B) $$(C) $(D)"}, {name: C, value: x}]}',
    'container: {image: "a:1", ports: [{containerPort: 80, name: web}], livenessProbe: {tcpSocket: {port: "${opt}"}}}',
    'container: {image: "a:1", livenessProbe: {httpGet: {port: {when: on.true, value: 80, else: 81}}}}',
    'container: {image: "a:1", imagePullPolicy: {when: "!policy.never", value: "${policy}"}}',
    'container: {image: "a:1", env: [{each: many, value: {name: "A_${each.index}", value: "${each}"}}]}',
    'container: {image: "a:1", ports: [{containerPort: "${port}", name: web}], livenessProbe: {tcpSocket: {port: web}}}',
    'container: {image: "a:1", ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}',
    'container: {image: "a:1", args: ["${many}"], securityContext: {capabilities: {add: ["${opt}"]}}}',
    'volumes: [{name: "${name}-v", configMap: {name: "${opt}"}}]\ncontainer: {image: "a:1", volumeMounts: [{when: opt, value: {name: "${name}-v", mountPath: "/etc/${opt}"}}]}',
    'container: {image: "a:1", resources: {requests: {memory: {when: on.true, value: 64Mi}}, limits: {memory: {when: on.true, value: 64Mi, else: 32Mi}}}}',
    'container: {image: "a:1", securityContext: {privileged: {when: on.true, value: true}, allowPrivilegeEscalation: {when: "!on.true", value: false}}}',
  ])('is none: %s', spec => {
    expect(problemsWith(spec)).toEqual([]);
  });
});
