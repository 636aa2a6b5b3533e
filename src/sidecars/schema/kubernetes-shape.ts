import type { ObjectShape, Shape } from '../shape.ts';
import { type Format, limits } from './formats.ts';
import { kubernetesFormats, requiredByValidation } from './kubernetes-formats.ts';
import { kubernetesTypes } from './kubernetes-types.ts';

/**
 * The shape of a type of the Kubernetes API, such as `Container`.
 * Texts in which the kubelet expands `$(NAME)` are marked: commands, args, environment values and commands of probes.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function kubernetesShape(type: string): ObjectShape {
  const fields = kubernetesTypes[type];
  if (fields === undefined) throw new Error(`no Kubernetes type ${type} in the generated table`);
  return {
    kind: 'object',
    type,
    fields: Object.fromEntries(
      Object.entries(fields).map(([field, code]) => [field, fieldShape(type, field, code.replace('!', ''))]),
    ),
    required: [
      ...Object.keys(fields).filter(field => fields[field]?.endsWith('!')),
      ...(requiredByValidation[type] ?? []),
    ],
  };
}

// Commands of lifecycle hooks are run as written, those of probes are expanded.
const expanded = new Set(['Container.args', 'Container.command', 'EnvVar.value', 'VolumeMount.subPathExpr']);

function fieldShape(type: string, field: string, code: string): Shape {
  const { keys, ...format }: Format = kubernetesFormats[`${type}.${field}`] ?? {};
  if (code.endsWith('[]')) return { kind: 'list', of: fieldShape(type, field, code.slice(0, -2)) };
  if (code.endsWith('{}')) {
    return { kind: 'map', of: fieldShape(type, field, code.slice(0, -2)), ...(keys ? { keys } : {}) };
  }
  if (code === 'string') return { kind: 'text', isExpanded: expanded.has(`${type}.${field}`), ...format };
  if (code === 'number') return { kind: 'number', ...format };
  if (code === 'boolean' || code === 'any') return { kind: code };
  if (code === 'IntOrString') return { kind: 'number-or-text', ...format };
  return objectShape(type, field, code);
}

function objectShape(type: string, field: string, code: string): ObjectShape {
  const shape = kubernetesShape(code);
  if (type === 'Lifecycle' && field === 'postStart') return withShortSleep(shape);
  return type === 'Probe' && code === 'ExecAction' ? withExpandedCommand(shape) : shape;
}

function withExpandedCommand(execAction: ObjectShape): ObjectShape {
  const command: Shape = { kind: 'list', of: { kind: 'text', isExpanded: true } };
  return { ...execAction, fields: { ...execAction.fields, command } };
}

/** A hook at the start may not sleep longer than a pod has to end, which most leave at 30 seconds. */
function withShortSleep(handler: ObjectShape): ObjectShape {
  const sleep = kubernetesShape('SleepAction');
  const seconds: Shape = { kind: 'number', ...limits(0, 29) };
  return { ...handler, fields: { ...handler.fields, sleep: { ...sleep, fields: { seconds } } } };
}
