import { describe, expect, it } from 'vitest';
import { kubernetesShape } from '../../../../src/sidecars/schema/kubernetes-shape.ts';
import type { Shape } from '../../../../src/sidecars/shape.ts';
import { definitionText, problemsOf } from '../definition-text.ts';

/** The shape at the end of a way of fields; `[]` goes into a list. */
function shapeAt(type: string, ...way: readonly string[]): Shape | undefined {
  return way.reduce<Shape | undefined>((shape, step) => {
    if (step === '[]') return shape?.kind === 'list' || shape?.kind === 'map' ? shape.of : undefined;
    return shape?.kind === 'object' ? shape.fields[step] : undefined;
  }, kubernetesShape(type));
}

describe('the shape of a container', () => {
  it.each<[string[], Shape['kind']]>([
    [['image'], 'text'],
    [['tty'], 'boolean'],
    [['ports', '[]', 'containerPort'], 'number'],
    [['resources', 'limits', '[]'], 'text'],
    [['livenessProbe', 'httpGet', 'port'], 'number-or-text'],
    [['livenessProbe', 'exec', 'command', '[]'], 'text'],
    [['lifecycle', 'preStop', 'sleep', 'seconds'], 'number'],
    [['env', '[]', 'valueFrom', 'secretKeyRef', 'optional'], 'boolean'],
    [['securityContext', 'seccompProfile', 'type'], 'text'],
    [['securityContext', 'appArmorProfile', 'type'], 'text'],
    [['resizePolicy', '[]', 'restartPolicy'], 'text'],
    [['volumeMounts', '[]', 'recursiveReadOnly'], 'text'],
  ])('has %j as %s', (way, kind) => {
    expect(shapeAt('Container', ...way)?.kind).toBe(kind);
  });

  it('needs what the API needs', () => {
    expect(kubernetesShape('Container').required).toEqual(['name']);
    expect(shapeAt('Container', 'volumeMounts', '[]')).toMatchObject({ required: ['mountPath', 'name'] });
  });

  it.each([
    [['args', '[]'], true],
    [['command', '[]'], true],
    [['env', '[]', 'value'], true],
    [['volumeMounts', '[]', 'subPathExpr'], true],
    [['livenessProbe', 'exec', 'command', '[]'], true],
    [['lifecycle', 'postStart', 'exec', 'command', '[]'], false],
    [['image'], false],
    [['workingDir'], false],
    [['volumeMounts', '[]', 'subPath'], false],
    [['volumeMounts', '[]', 'mountPath'], false],
    [['env', '[]', 'name'], false],
  ])('knows whether the kubelet expands $(…) in %j: %s', (way, isExpanded) => {
    expect(shapeAt('Container', ...way)).toMatchObject({ kind: 'text', isExpanded });
  });

  it('is no shape for a type that the table does not have', () => {
    expect(() => kubernetesShape('Deployment')).toThrow(
      'no Kubernetes type Deployment in the generated table',
    );
  });
});

describe('the shape of a volume', () => {
  it.each([
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'hostPath',
    'image',
    'nfs',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ])('has %s', source => {
    expect(kubernetesShape('Volume').fields[source]).toBeDefined();
  });

  it('has no gitRepo, which Kubernetes has switched off', () => {
    expect(kubernetesShape('Volume').fields['gitRepo']).toBeUndefined();
    const text = definitionText(
      'volumes: [{name: a, gitRepo: {repository: x}}]\ncontainer: {image: "a:1", volumeMounts: [{name: a, mountPath: /a}]}',
    );
    expect(problemsOf(text)).toEqual([expect.stringContaining('unknown key "gitRepo"')]);
  });
});
