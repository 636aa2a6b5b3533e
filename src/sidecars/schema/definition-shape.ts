import { modes } from '../definition.ts';
import { findings } from '../finding.ts';
import { parameterTypes } from '../parameters/types/parameter-types.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { conditionAdvice } from './condition-advice.ts';
import { dnsLabel, objectName } from './formats.ts';
import { kubernetesShape } from './kubernetes-shape.ts';

const text = (description: string): Shape => ({ kind: 'text', description });

const reason = { pattern: /^(?=[\s\S]*\S)[\s\S]{1,200}$/, expects: 'a reason of at most 200 characters' };

const conditions: Shape = {
  kind: 'one-or-list',
  of: {
    kind: 'text',
    pattern: /^!?[a-z0-9][-a-z0-9]*(\.[-a-z0-9]+)?$/,
    expects: 'a fact such as secret, repo.ssh or run.once, with "!" for not',
    advice: conditionAdvice,
  },
};

const scalars = (description: string): Shape => ({ kind: 'list', of: { kind: 'scalar' }, description });

const parameter: Shape = {
  kind: 'object',
  required: ['type'],
  fields: {
    type: {
      kind: 'text',
      values: [...parameterTypes.keys()],
      description: 'What kind of value it takes; one of those below.',
    },
    description: text('One sentence for the reference.'),
    required: { kind: 'boolean', description: 'Whether an annotation must set it.' },
    default: { kind: 'scalar', description: 'The value where no annotation sets one.' },
    values: scalars('What an enum may be.'),
    pattern: text(
      'A regular expression that the whole value must match, in the notation of JavaScript with its flag u, without ' +
        'look-ahead, look-behind, back-references and flags.',
    ),
    expects: text('What it takes, in words that complete "use …"; for patterns that are no help to read.'),
    minimum: { kind: 'scalar', description: 'The least value, in the notation of the type.' },
    maximum: { kind: 'scalar', description: 'The greatest value, in the notation of the type.' },
    not: scalars('Values that are refused.'),
    or: scalars('Literals that are accepted beside the type; each is a fact of the same name.'),
    list: {
      kind: 'boolean',
      description:
        'Whether it takes several values, separated by commas, of at most 65536 characters in all, with `\\,` for a comma ' +
        'that is part of one; an entry of args that names it is repeated.',
    },
    map: {
      kind: 'boolean',
      description: 'Whether it takes values by name, as a=1,b=2, of at most 65536 characters in all.',
    },
    needs: text(
      'The parameter, or a fact such as endpoint.address, without which it makes no sense; with "!" beside which.',
    ),
  },
};

const volumes: Shape = {
  kind: 'list',
  description:
    'Volumes that the pod gets. The one that is shared with the app has the name "${volume}"; further shared ones have names ' +
    'of their own, and `at`.',
  of: {
    kind: 'template',
    of: withFields(kubernetesShape('Volume'), {
      shared: { kind: 'boolean', description: 'Whether it is the volume that the app sees.' },
      at: text(
        'Where the app sees the shared volume: what one of its containers mounts over this path is taken for it. A further ' +
          'shared volume is mounted there where `.mount` asks for it.',
      ),
    }),
  },
};

const container: ObjectShape = {
  ...templateFields(
    withoutFields(kubernetesShape('Container'), [
      'name',
      'restartPolicy',
      'startupProbe',
      'restartPolicyRules',
    ]),
  ),
  description: 'The container, as Kubernetes takes it, without name, restartPolicy and startupProbe.',
  required: ['image'],
  refused: {
    name: 'the container is named after the sidecar and its instance',
    restartPolicy: 'the mode decides it',
    startupProbe: 'write "ready" beside the container',
  },
};

const probe = kubernetesShape('Probe').fields;

const ready: Shape = {
  kind: 'object',
  description:
    'When the app may start: one handler of a probe, asked every second, where the facts of `when` hold. `timeout`: how long one attempt of a command ' +
    'takes that waits by itself and then fails; the time of `within` is counted in such attempts. Default 2s.',
  required: ['within'],
  fields: {
    ...Object.fromEntries(
      ['exec', 'httpGet', 'tcpSocket', 'grpc'].map(handler => [
        handler,
        { kind: 'template', of: probe[handler] ?? { kind: 'any' } } satisfies Shape,
      ]),
    ),
    when: { ...conditions, description: 'Where these do not hold, the app does not wait.' },
    within: text(
      'How long the sidecar may take until it is started anew, such as 1h, or exactly one parameter of type duration.',
    ),
    timeout: text(
      'How long one attempt takes, of a command that waits by itself until it fails. Default 2s.',
    ),
  },
};

const app: Shape = {
  kind: 'object',
  required: ['env'],
  description: "What containers of the app get where the pod's annotations ask for it, and only there.",
  fields: {
    env: {
      kind: 'list',
      of: { kind: 'template', of: kubernetesShape('EnvVar') },
      description: 'Variables that `.env` adds to them, written as in `env` of a container.',
    },
  },
};

const oneContainer =
  'a definition has one container, below "container"; "modes: [init]" makes it an init container';
const ofPod = 'it would change the pod for all its containers; whoever writes the pod sets it';

/** What belongs to pods, and not to one of their containers. */
const refusedOfPods: Readonly<Record<string, string>> = {
  initContainers: oneContainer,
  containers: oneContainer,
  ...Object.fromEntries(
    [
      ...['activeDeadlineSeconds', 'affinity', 'automountServiceAccountToken', 'dnsConfig', 'dnsPolicy'],
      ...['hostAliases', 'hostIPC', 'hostNetwork', 'hostPID', 'hostUsers', 'labels'],
      ...['nodeSelector', 'priorityClassName', 'runtimeClassName', 'schedulerName', 'serviceAccountName'],
      ...[
        'shareProcessNamespace',
        'terminationGracePeriodSeconds',
        'tolerations',
        'topologySpreadConstraints',
      ],
    ].map(key => [key, ofPod]),
  ),
};

/** What is below `spec` of a definition. */
export const specShape: ObjectShape = {
  kind: 'object',
  refused: refusedOfPods,
  required: ['description', 'container'],
  fields: {
    description: text('What the sidecar does, in one sentence.'),
    order: { kind: 'number', description: 'Its place among several sidecars, lowest first. Default 0.' },
    value: text(
      "What the annotation's own value sets: a parameter, or two in a form such as ${listen}:${target}. " +
        'Without it the value is true or false.',
    ),
    parameters: {
      kind: 'map',
      of: parameter,
      keys: dnsLabel,
      description: 'What annotations can set, by name.',
    },
    volumes,
    container,
    app,
    ready,
    modes: {
      kind: 'list',
      of: { kind: 'text', values: modes },
      description: 'How it may run. Default: native and classic.',
    },
    once: { ...conditions, description: 'When these hold, it runs once, as an init container.' },
    content: {
      kind: 'template',
      of: { kind: 'text', description: 'Where the content is, as a path in the sidecar.' },
    },
    mount: {
      kind: 'object',
      fields: {
        readOnly: { kind: 'boolean', description: 'Whether the app may only read. Default true.' },
        optional: {
          kind: 'boolean',
          description: 'Whether the sidecar serves pods that do not mount the shared volume. Default false.',
        },
      },
    },
    guaranteed: {
      kind: 'object',
      description: 'What a Guaranteed pod needs to stay so, where the limits of the container do not say.',
      fields: { cpu: text('The cpu that is requested and the limit, such as 100m.') },
    },
    imagePullSecrets: {
      kind: 'list',
      of: {
        kind: 'object',
        required: ['name'],
        fields: { name: { kind: 'text', ...objectName('Secret') } },
      },
      description:
        'Secrets for pulling the image, as in a pod. Pods get them where the configuration has allowImagePullSecrets.',
    },
    accept: {
      kind: 'object',
      description: 'Findings of `validate` that are meant to be so, by name, each with the reason.',
      fields: Object.fromEntries(
        Object.entries(findings).map(([finding, sentence]): [string, Shape] => [
          finding,
          { kind: 'text', description: `Why it is right that ${sentence}.`, ...reason },
        ]),
      ),
    },
    annotations: {
      kind: 'map',
      of: { kind: 'template', of: { kind: 'text' } },
      keys: {
        pattern:
          /^(?!sidecar\.io\/)([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
        expects: 'an annotation key such as example.com/port, and none of sidecar.io/',
        advice: adviceOnKey,
      },
      description: 'Annotations for the pod, added where it has none of that key.',
    },
  },
};

/** A file in `sidecars/`. */
export const definitionShape: ObjectShape = {
  kind: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  fields: {
    apiVersion: { kind: 'text', values: ['sidecar.io/v1'] },
    kind: { kind: 'text', values: ['Sidecar'] },
    metadata: { kind: 'object', required: ['name'], fields: { name: { kind: 'text', ...dnsLabel } } },
    spec: specShape,
  },
};

/** `{when, value, else}`, which may stand wherever a template may. */
export const choiceConditions = conditions;

/**
 * Lists are written out and each of their entries may be a choice; a choice around a whole list or map of the container
 * could hide a mount or a setting from those who read it one by one.
 */
function templateFields(shape: ObjectShape): ObjectShape {
  const fields = Object.entries(shape.fields).map(([key, field]): [string, Shape] => [
    key,
    field.kind === 'list'
      ? { ...field, of: { kind: 'template', of: field.of } }
      : { kind: 'template', of: field },
  ]);
  return { ...shape, fields: Object.fromEntries(fields) };
}

function withFields(shape: ObjectShape, fields: Readonly<Record<string, Shape>>): ObjectShape {
  return { ...shape, fields: { ...shape.fields, ...fields } };
}

function withoutFields(shape: ObjectShape, names: readonly string[]): ObjectShape {
  return {
    ...shape,
    fields: Object.fromEntries(Object.entries(shape.fields).filter(([key]) => !names.includes(key))),
  };
}

function adviceOnKey(key: string): string {
  if (key.includes('${')) {
    return '; a key stands as it is written: write it out, and put what differs into the value';
  }
  return key.startsWith('sidecar.io/')
    ? '; what is below sidecar.io/ is for those who write pods: it asks for sidecars and sets their parameters'
    : '';
}
