import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { inOneLine } from '../../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../../../src/sidecars/review/review-definition.ts';
import { problemsOf } from '../definition-text.ts';

/** A definition that nobody has a remark about. */
const perfect = `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: logs}
spec:
  description: Ships the logs of the app.
  parameters:
    secret: {type: secret, description: Secret.}
    verbose: {type: boolean, default: false, description: Verbose.}
    target: {type: url, default: 'https://a', description: Target.}
  volumes:
    - {name: "\${name}-tmp", emptyDir: {}}
  container:
    image: example.com/logs:1.0
    volumeMounts:
      - {name: "\${name}-tmp", mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
    resources:
      requests: {cpu: 10m, memory: 32Mi}
      limits: {memory: 64Mi}
    securityContext:
      allowPrivilegeEscalation: false
      runAsNonRoot: true
      capabilities: {drop: [ALL]}
      seccompProfile: {type: RuntimeDefault}
  annotations: {example.com/all: "\${secret}\${verbose}\${target}"}
`;

function remarksOn(text: string): readonly string[] {
  const reading = parseDefinition('logs.yaml', text);
  if (!reading.definition) throw new Error(reading.problems.map(inOneLine).join('\n'));
  return reviewDefinition(reading.source, reading.spec, reading.definition).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

/** The remarks on the perfect definition with one place changed; `undefined` takes it away. */
function remarksWith(path: string, yaml: string | undefined): readonly string[] {
  const document = parseDocument(perfect);
  const keys = ['spec', ...path.split('.')];
  if (yaml === undefined) document.deleteIn(keys);
  else document.setIn(keys, document.createNode(parse(yaml)));
  return remarksOn(document.toString({ lineWidth: 0 }));
}

const restricted = 'a namespace that enforces the restricted Pod Security Standard refuses the pod';
const context = 'container.securityContext';

describe('a definition without fault', () => {
  it('gets no remark', () => {
    expect(remarksOn(perfect)).toEqual([]);
  });

  it('is the one that ships with the project', () => {
    expect(
      remarksOn(readFileSync(new URL('../../../../sidecars/git-sync.yaml', import.meta.url), 'utf8')),
    ).toEqual([]);
  });
});

describe('a parameter with the name of a common one that came later', () => {
  it.each(['cpu-limit', 'env', 'inject', 'version'])('is remarked, and is the one that counts: %s', name => {
    expect(remarksWith(`parameters.${name}`, '{type: string, description: "A text."}')).toContain(
      `spec.parameters.${name}: .${name} has a meaning of its own for other sidecars, which it lacks for this one; another name keeps both`,
    );
    const text = perfect.replace('parameters:', `parameters:\n    ${name}: {type: string}`);
    const { definition } = parseDefinition('logs.yaml', text);
    expect(definition?.parameters.get(name)).toMatchObject({ type: 'string', isCommon: false });
  });
});

describe('what a restricted namespace would refuse', () => {
  const rules: readonly (readonly [key: string, bad: readonly (string | undefined)[], advice: string])[] = [
    ['allowPrivilegeEscalation', ['true', undefined], 'set allowPrivilegeEscalation: false'],
    ['runAsNonRoot', ['false', undefined], 'set runAsNonRoot: true'],
    ['runAsUser', ['0'], 'set runAsUser to another UID than 0'],
    ['procMount', ['Unmasked'], 'remove procMount'],
    ['seccompProfile.type', ['Unconfined'], 'set seccompProfile: {type: RuntimeDefault}'],
    ['capabilities.drop', ['[]', '[NET_RAW]', undefined], 'set capabilities: {drop: [ALL]}'],
    [
      'capabilities.add',
      ['[SYS_ADMIN]', '[NET_BIND_SERVICE, CHOWN]'],
      'add no capability but NET_BIND_SERVICE',
    ],
  ];

  it.each(rules.flatMap(([key, values, advice]) => values.map(value => [key, value, advice] as const)))(
    'is remarked: %s as %s',
    (key, value, advice) => {
      expect(remarksWith(`${context}.${key}`, value)).toEqual([
        `spec.${context}.${key}: ${advice}; otherwise ${restricted}`,
      ]);
    },
  );

  it.each(
    rules.flatMap(([key, values, advice]) =>
      values.filter(value => value !== undefined).map(value => [key, value, advice] as const),
    ),
  )('is remarked where only one branch of a choice is so: %s as %s', (key, value, advice) => {
    const good = key === 'capabilities.drop' ? '[ALL]' : key === 'capabilities.add' ? '[]' : goodValue(key);
    for (const [yes, no] of [
      [value, good],
      [good, value],
    ]) {
      expect(remarksWith(`${context}.${key}`, `{when: secret, value: ${yes}, else: ${no}}`)).toEqual([
        `spec.${context}.${key}: ${advice}; otherwise ${restricted}`,
      ]);
    }
    expect(remarksWith(`${context}.${key}`, `{when: secret, value: ${good}, else: ${good}}`)).toEqual([]);
  });

  it.each(['allowPrivilegeEscalation: false', 'runAsNonRoot: true', 'seccompProfile.type: RuntimeDefault'])(
    'is remarked where a choice has only one branch: %s',
    setting => {
      const [key = '', value = ''] = setting.split(': ');
      expect(remarksWith(`${context}.${key}`, `{when: secret, value: ${value}}`)).toHaveLength(1);
    },
  );

  it('is everything where there is no security context at all', () => {
    expect(remarksWith(context, undefined).map(remark => remark.split(':', 1)[0])).toEqual(
      expect.arrayContaining([
        `spec.${context}.allowPrivilegeEscalation`,
        `spec.${context}.runAsNonRoot`,
        `spec.${context}.seccompProfile.type`,
        `spec.${context}.capabilities.drop`,
      ]),
    );
    expect(remarksWith(context, undefined)).toHaveLength(4);
  });

  it.each([
    ['runAsUser', '65533'],
    ['privileged', 'false'],
    ['procMount', 'Default'],
    ['seccompProfile', '{type: Localhost, localhostProfile: a}'],
    ['capabilities.add', '[NET_BIND_SERVICE]'],
    ['capabilities.drop', '[ALL, NET_RAW]'],
  ])('is not %s as %s', (key, value) => {
    expect(remarksWith(`${context}.${key}`, value)).toEqual([]);
  });

  it.each([
    '[{containerPort: 80, hostPort: 80}]',
    '[{containerPort: 80}, {when: secret, value: {containerPort: 81, hostPort: 81}}]',
    '[{containerPort: 80, hostPort: {when: secret, value: 80}}]',
  ])('is a host port: %s', ports => {
    expect(remarksWith('container.ports', ports)).toEqual([
      `spec.container.ports: remove hostPort; otherwise ${restricted}`,
    ]);
  });

  it('is not a container port', () => {
    expect(remarksWith('container.ports', '[{containerPort: 80}]')).toEqual([]);
  });

  it.each([
    ['hostPath', '{path: /}'],
    ['nfs', '{server: a, path: /}'],
    ['iscsi', '{targetPortal: a, iqn: "iqn.2001-04.com.example:a", lun: 0}'],
  ])('is a volume of type %s', (source, value) => {
    const mount = { name: '${name}-data', mountPath: '/data' };
    const document = parseDocument(perfect);
    document.addIn(
      ['spec', 'volumes'],
      document.createNode(parse(`{name: "\${name}-data", ${source}: ${value}}`)),
    );
    document.addIn(['spec', 'container', 'volumeMounts'], document.createNode(mount));
    expect(remarksOn(document.toString())).toEqual([
      `spec.volumes[1]: a volume of type ${source}: ${restricted}`,
    ]);
  });
});

function goodValue(key: string): string {
  const good: Readonly<Record<string, string>> = {
    allowPrivilegeEscalation: 'false',
    runAsNonRoot: 'true',
    runAsUser: '1000',
    privileged: 'false',
    procMount: 'Default',
    'seccompProfile.type': 'RuntimeDefault',
  };
  return good[key] ?? '';
}

describe('volumes', () => {
  it('that nothing mounts are remarked', () => {
    const volumes = '[{name: "${name}-tmp", emptyDir: {}}, {name: "${name}-left-over", emptyDir: {}}]';
    expect(remarksWith('volumes', volumes)).toEqual([
      'spec.volumes[1]: the container does not mount this volume',
    ]);
  });

  it('that are mounted in one branch only are not', () => {
    const volumes =
      '[{name: "${name}-tmp", emptyDir: {}}, {when: secret, value: {name: "${name}-a", emptyDir: {}}}]';
    const document = parseDocument(perfect);
    document.setIn(['spec', 'volumes'], document.createNode(parse(volumes)));
    document.addIn(
      ['spec', 'container', 'volumeMounts'],
      document.createNode(parse('{when: secret, value: {name: "${name}-a", mountPath: /a}}')),
    );
    expect(remarksOn(document.toString())).toEqual([]);
  });
});

describe('resources', () => {
  it.each([
    ['requests.cpu', 'a quota on cpu refuses the pod and its HorizontalPodAutoscaler stops'],
    ['requests.memory', 'a quota on memory refuses the pod'],
    ['limits.memory', 'a leak takes the memory of the node'],
  ])('that are missing are remarked: %s', (key, effect) => {
    const expected = [`spec.container.resources.${key}: ${key} is not set: ${effect}`];
    expect(remarksWith(`container.resources.${key}`, undefined)).toEqual(expected);
    expect(remarksWith(`container.resources.${key}`, '{when: secret, value: 32Mi}')).toEqual(expected);
    expect(remarksWith(`container.resources.${key}`, '{when: secret, value: 32Mi, else: 64Mi}')).toEqual([]);
  });

  it('are all remarked where there are none', () => {
    expect(remarksWith('container.resources', undefined)).toHaveLength(3);
  });

  it('need no cpu limit, which would only slow the sidecar down', () => {
    expect(perfect).not.toMatch(/limits: .*cpu/);
    expect(remarksOn(perfect)).toEqual([]);
  });
});

describe("the app's API token", () => {
  it('is kept away where both branches of a choice cover its place', () => {
    const mount = (name: string) =>
      `{name: "\${name}-${name}", mountPath: /var/run/secrets/kubernetes.io/serviceaccount}`;
    expect(
      remarksWith(
        'container.volumeMounts',
        `[{when: secret, value: ${mount('tmp')}, else: ${mount('tmp')}}]`,
      ),
    ).toEqual([]);
  });

  const token = expect.stringMatching(
    /^spec\.container\.volumeMounts: Kubernetes will mount the app's API token/,
  );

  it('is remarked where nothing covers it', () => {
    expect(remarksWith('container.volumeMounts', '[{name: "${name}-tmp", mountPath: /tmp}]')).toEqual([
      token,
    ]);
    const document = parseDocument(perfect);
    document.deleteIn(['spec', 'container', 'volumeMounts']);
    document.deleteIn(['spec', 'volumes']);
    expect(remarksOn(document.toString())).toEqual([token]);
  });

  it('is remarked where it is covered only sometimes', () => {
    const mount = '{name: "${name}-tmp", mountPath: /var/run/secrets/kubernetes.io/serviceaccount}';
    expect(remarksWith('container.volumeMounts', `[{when: secret, value: ${mount}}]`)).toEqual([token]);
  });

  it('cannot be covered by mounts that are a choice as a whole, which the reader refuses', () => {
    const mounts = '{when: secret, value: [{name: tmp, mountPath: /tmp}]}';
    expect(() => remarksWith('container.volumeMounts', mounts)).toThrow(
      'spec.container.volumeMounts: expected a list, got a map',
    );
  });
});

describe('the image', () => {
  it.each([
    'example.com/logs',
    'example.com/logs:latest',
    'logs',
    'localhost:5000/logs',
    '{when: secret, value: "example.com/logs:1", else: "example.com/logs"}',
  ])('is remarked without a fixed version: %s', image => {
    expect(remarksWith('container.image', image)).toEqual([
      'spec.container.image: the image has no fixed version; name a tag other than latest',
    ]);
  });

  it.each([
    'example.com/logs:1',
    'localhost:5000/logs:v1.2',
    `example.com/logs@sha256:${'0'.repeat(64)}`,
    `example.com/logs:1@sha256:${'0'.repeat(64)}`,
  ])('is fine with one: %s', image => {
    expect(remarksWith('container.image', image)).toEqual([]);
  });
});

describe('a value inside a shell command', () => {
  const script =
    '"${…}" in a shell command: a value could run as code; pass it in an environment variable, or after the script as "$1"';

  it.each([
    ['sh', '-c', 'echo ${target}'],
    ['/bin/sh', '-c', 'echo ${target}'],
    ['/bin/bash', '-ec', 'x="${target}"'],
    ['/usr/bin/env', 'dash', '-c', '${target}'],
    ['busybox', 'ash', '-c', '${target}'],
    ['sh', '-c', '-e', '${target}'],
    ['sh', '${target}'],
  ])('is remarked: %s %s %s', (...words) => {
    const index = words.findIndex(word => word.includes('${'));
    expect(remarksWith('container.command', JSON.stringify(words))).toEqual([
      `spec.container.command[${index}]: ${script}`,
    ]);
  });

  it('is remarked where command and args are apart, or in a branch', () => {
    const document = parseDocument(perfect);
    document.setIn(['spec', 'container', 'command'], document.createNode(['sh', '-c']));
    document.setIn(
      ['spec', 'container', 'args'],
      document.createNode(parse('[{when: secret, value: a, else: "echo ${target}"}]')),
    );
    expect(remarksOn(document.toString())).toEqual([`spec.container.args[0]: ${script}`]);
  });

  it('is remarked where what stands before it may be left out', () => {
    const command = '[sh, -c, {when: secret, value: "a"}, "echo ${target}"]';
    expect(remarksWith('container.command', command)).toEqual([`spec.container.command[3]: ${script}`]);
  });

  it('is remarked in probes and hooks too', () => {
    const probe = '{exec: {command: [sh, -c, "test ${target}"]}}';
    expect(remarksWith('container.livenessProbe', probe)).toEqual([
      `spec.container.livenessProbe.exec.command[2]: ${script}`,
    ]);
    expect(remarksWith('container.lifecycle', '{preStop: {exec: {command: [sh, -c, "${target}"]}}}')).toEqual(
      [`spec.container.lifecycle.preStop.exec.command[2]: ${script}`],
    );
    expect(remarksWith('ready', '{exec: {command: [sh, -c, "test ${target}"]}, within: 5s}')).toEqual([
      `spec.ready.exec.command[2]: ${script}`,
    ]);
  });

  it.each([
    '[sh, -c, "echo ${verbose} ${name}"]',
    '[sh, -c, "echo $${target}"]',
    '[sh, -c, "echo $TARGET"]',
    '[test, -d, "/a/${target}"]',
    '[/usr/bin/push, "${target}"]',
    '[flash, "${target}"]',
    '[sh, -c, "echo $1", sh, "${target}"]',
    '[sh, -ec, {when: secret, value: "a $1", else: "b $1"}, {when: secret, value: sh}, "${target}"]',
  ])('is not seen in %s', command => {
    expect(remarksWith('container.command', command)).toEqual([]);
  });
});

describe('a condition on a boolean', () => {
  const remark = '"verbose" holds for false too; write "verbose.true"';

  it.each(['verbose', '"!verbose"', '[secret, verbose]'])('is remarked: when: %s', when => {
    expect(remarksWith('container.args', `[{when: ${when}, value: -v}]`)).toEqual([
      `spec.container.args[0].when: ${remark}`,
    ]);
  });

  it('is remarked in "once" and in volumes too', () => {
    const document = parseDocument(perfect);
    document.setIn(['spec', 'once'], 'verbose');
    document.setIn(['spec', 'modes'], document.createNode(['init']));
    expect(remarksOn(document.toString())).toEqual([`spec.once: ${remark}`]);
  });

  it.each(['verbose.true', '"!verbose.false"', 'secret', 'cpu'])('is fine: when: %s', when => {
    expect(remarksWith('container.args', `[{when: ${when}, value: -v}]`)).toEqual([]);
  });
});

describe('a parameter that is named as in another language', () => {
  it.each([
    ['args', '[--to=$target]', 'args[0]: "$target"'],
    ['args', '["{{ target }}"]', 'args[0]: "{{ target }}"'],
    ['env', '[{name: A, value: "{{target}}"}]', 'env[0].value: "{{target}}"'],
  ])('is remarked in %s: %s', (key, value, found) => {
    expect(remarksWith(`container.${key}`, value)).toEqual([
      `spec.container.${found} reaches the program as it is written; write "\${target}"`,
    ]);
  });

  it.each([
    ['args', '["$(target)", "$$target", $other, "{{ .target }}"]'],
    ['command', '[sh, -c, "target=1; echo $target"]'],
  ])('is not seen in %s: %s', (key, value) => {
    expect(remarksWith(`container.${key}`, value)).toEqual([]);
  });
});

describe('several remarks', () => {
  it('come in the order of the file, each with the place of the nearest key there is', () => {
    const text = perfect
      .replace('logs:1.0', 'logs:latest')
      .replace('runAsNonRoot: true', 'runAsNonRoot: false')
      .replace('limits: {memory: 64Mi}', 'limits: {}');
    const reading = parseDefinition('logs.yaml', text);
    if (!reading.definition) throw new Error('unreachable');
    const remarks = reviewDefinition(reading.source, reading.spec, reading.definition);
    expect(remarks.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '13:12 spec.container.image',
      '18:15 spec.container.resources.limits.memory',
      '21:21 spec.container.securityContext.runAsNonRoot',
    ]);
  });
});

describe('what a definition accepts', () => {
  const withAccept = (accept: string) => problemsOf(`${perfect}  accept: ${accept}\n`);

  it('is a finding that there is, with a reason', () => {
    expect(withAccept('{host-port: "it is a node agent"}')).toEqual([]);
    expect(withAccept('{hostport: "it is a node agent"}')).toEqual([
      'logs.yaml:25:12: spec.accept.hostport: unknown key "hostport"; did you mean "host-port"?',
    ]);
    expect(withAccept('{host-port: " "}')).toEqual([
      'logs.yaml:25:23: spec.accept.host-port: expected a reason of at most 200 characters, got " "',
    ]);
    expect(withAccept(`{host-port: ${'x'.repeat(201)}}`)).toHaveLength(1);
  });
});

describe('very many remarks', () => {
  it('are cut, and the others counted', () => {
    const volumes = Array.from(
      { length: 60 },
      (_, index) => `    - {name: "\${name}-v${index}", emptyDir: {}}\n`,
    );
    const remarks = remarksOn(perfect.replace('  container:\n', `${volumes.join('')}  container:\n`));
    expect(remarks).toHaveLength(21);
    expect(remarks[0]).toBe('spec.volumes[1]: the container does not mount this volume');
    expect(remarks.at(-1)).toBe(': and 40 more in this file');
  });
});
