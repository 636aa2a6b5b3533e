/** Where values of the chart stand in the objects. */

import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { escapedBraces, linesMark, valueMark } from './marks.ts';
import { idOf, type RenderedObject, releaseNamespace } from './rendering.ts';

/** The object with actions in place of what values of the chart say. */
export function withValues(object: RenderedObject): RenderedObject {
  const text = inTexts(object) as RenderedObject;
  return (places[idOf(object)] ?? (same => same))(text) as RenderedObject;
}

/** Braces that are meant for others than Helm, and the namespace wherever a text has it, that of an expression too. */
function inTexts(value: Json): Json {
  if (typeof value === 'string')
    return escapedBraces(value).replaceAll(releaseNamespace, '{{ .Release.Namespace }}');
  if (Array.isArray(value)) return value.map(inTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inTexts(entry)]));
}

type Edit = (value: Json) => Json;

const places: Readonly<Record<string, Edit>> = {
  'Deployment sidecar-injector': at('spec', deploymentSpec),
  'MutatingWebhookConfiguration sidecar-injector': webhookConfiguration,
  'Certificate sidecar-injector': at(
    'spec',
    at('secretName', () => secretName),
  ),
  'ConfigMap sidecar-injector-config': data(
    'dict "config.yaml" (include "sidecar-injector.configuration" .)',
  ),
  'ConfigMap sidecar-injector-sidecars': at('data', () => ({
    [linesMark('{{- include "sidecar-injector.definitions" . | nindent +0 }}')]: null,
  })),
  'ConfigMap sidecar-injector-dashboard': data(
    'dict "sidecar-injector.json" (.Files.Get "files/dashboard/sidecar-injector.json")',
  ),
};

const secretName = valueMark('{{ .Values.certificates.secretName | quote }}');

function data(map: string): Edit {
  return at('data', () => ({ [linesMark(`{{- ${map} | toYaml | nindent +0 }}`)]: null }));
}

function deploymentSpec(spec: Json): Json {
  const template = at('metadata', podMetadata, at('spec', podSpec));
  return at('replicas', () => valueMark('{{ int .Values.replicas }}'), at('template', template))(spec);
}

function podMetadata(metadata: Json): Json {
  const annotations = added([
    'checksum/configuration: {{ include "sidecar-injector.configuration" . | sha256sum }}',
    more('podAnnotations'),
  ]);
  return at('labels', added([more('podLabels')]), at('annotations', annotations))(metadata);
}

function more(value: string): string {
  return `{{- with .Values.${value} }}\n{{- toYaml . | nindent +0 }}\n{{- end }}`;
}

function podSpec(spec: Json): Json {
  const fields = ['affinity', 'imagePullSecrets', 'nodeSelector', 'tolerations'];
  const whole = added(
    fields.map(
      field => `{{- with .Values.${field} }}\n${field}:\n  {{- toYaml . | nindent +2 }}\n{{- end }}`,
    ),
  );
  const priorityClass = at('priorityClassName', () => valueMark('{{ .Values.priorityClassName | quote }}'));
  const volumes = at('volumes', each(tlsVolume));
  return at('containers', each(container), value => whole(priorityClass(volumes(value))))(spec);
}

function container(value: Json): Json {
  const { resources: _resources, ...rest } = value as JsonObject;
  const image = at('image', () => valueMark('{{ include "sidecar-injector.image" . | quote }}'));
  return added(['resources:\n  {{- toYaml .Values.resources | nindent +2 }}'])(image(rest));
}

function tlsVolume(volume: Json): Json {
  const { name } = volume as JsonObject;
  return name === 'tls'
    ? at(
        'secret',
        at('secretName', () => secretName),
      )(volume)
    : volume;
}

function webhookConfiguration(configuration: Json): Json {
  const annotation = added([
    '{{- if .Values.certificates.caFromSecret }}\nannotations:\n  cert-manager.io/inject-ca-from-secret: {{ .Release.Namespace }}/{{ .Values.certificates.secretName }}\n{{- end }}',
  ]);
  return at('metadata', annotation, at('webhooks', each(webhook)))(configuration);
}

function webhook(value: Json): Json {
  const { name } = value as JsonObject;
  const authority = added(['{{- with .Values.certificates.caBundle }}\ncaBundle: {{ . }}\n{{- end }}']);
  const rules = name === 'workloads.sidecar.io' ? at('rules', rulesOfKinds) : (same: Json) => same;
  return at('clientConfig', authority, rules)(value);
}

/** One rule for each entry of workloadKinds; the conditions of the webhook find their templates. */
function rulesOfKinds(rules: Json): Json {
  const lines = [
    '{{- range .Values.workloadKinds }}',
    '- apiGroups: [{{ .group | quote }}]',
    '  apiVersions: [{{ .version | quote }}]',
    '  operations: [CREATE, UPDATE]',
    '  resources: [{{ .resource | quote }}]',
    '  scope: Namespaced',
    '{{- end }}',
  ];
  return [...(rules as readonly Json[]), linesMark(lines.join('\n'))];
}

/** Edits what is there under a key, then the rest. */
function at(key: string, edit: Edit, rest: Edit = same => same): Edit {
  return value => {
    const map = value as JsonObject;
    if (!(key in map)) throw new Error(`nothing stands at ${key}: ${JSON.stringify(map).slice(0, 200)}`);
    return rest({ ...map, [key]: edit(map[key] as Json) });
  };
}

function each(edit: Edit): Edit {
  return value => (value as readonly Json[]).map(edit);
}

function added(lines: readonly string[]): Edit {
  return value => ({
    ...(value as JsonObject),
    ...Object.fromEntries(lines.map(text => [linesMark(text), null])),
  });
}
