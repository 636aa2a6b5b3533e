/** The volumes of a sidecar: render/render-volumes.ts in CEL, each with what is to be known of one that the app sees. */

import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { Template } from '../../sidecars/template/template.ts';
import type { Expression } from '../cel/expression.ts';
import { compileList } from '../template/compile-template.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { keysOf } from './keys-of-templates.ts';

/** A list of maps: `volume`, and of a shared one `shared` with `isMain`, `isFixed` and perhaps `at`, a list of one path. */
export function compileVolumes(definition: SidecarDefinition, scope: TemplateScope): Expression {
  return compileList(withSharing(definition.volumes, definition), scope);
}

/** Whether one of the volumes is found by its place in the app. */
export function hasPlacedVolume({ volumes }: SidecarDefinition): boolean {
  return isPlaced(volumes);
}

function isPlaced(template: Template): boolean {
  switch (template.kind) {
    case 'list':
    case 'entries':
      return template.entries.some(isPlaced);
    case 'choice':
      return isPlaced(template.value) || (template.otherwise !== undefined && isPlaced(template.otherwise));
    case 'each':
      return isPlaced(template.value);
    case 'map':
      return template.entries.some(([key, below]) => key === 'shared' && keysOf(below).includes('at'));
    case 'literal':
      return volumesIn(template.value).some(
        volume => isObject(volume) && isObject(volume['shared']) && 'at' in volume['shared'],
      );
    default:
      return false;
  }
}

function volumesIn(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

/** The volume apart from what the engine has to know of it. */
function withSharing(template: Template, definition: SidecarDefinition): Template {
  const inner = (below: Template) => withSharing(below, definition);
  switch (template.kind) {
    case 'list':
    case 'entries':
      return { ...template, entries: template.entries.map(inner) };
    case 'choice':
      return {
        ...template,
        value: inner(template.value),
        otherwise: template.otherwise && inner(template.otherwise),
      };
    case 'each':
      return { ...template, value: inner(template.value) };
    case 'literal':
      return Array.isArray(template.value)
        ? { kind: 'list', entries: template.value.map((value: Json) => inner({ kind: 'literal', value })) }
        : splitVolume(mapOfLiteral(template.value), definition);
    case 'map':
      return splitVolume(template.entries, definition);
    default:
      return template;
  }
}

type Entries = readonly (readonly [string, Template])[];

function mapOfLiteral(value: Json): Entries {
  return Object.entries((value ?? {}) as JsonObject).map(([key, below]) => [
    key,
    { kind: 'literal', value: below },
  ]);
}

function splitVolume(entries: Entries, definition: SidecarDefinition): Template {
  const shared = entries.find(([key]) => key === 'shared')?.[1];
  const isMain = shared !== undefined && isMainVolume(shared);
  const volume = entries
    .filter(([key]) => key !== 'shared')
    .map(
      ([key, below]) => [key, isMain && key === 'emptyDir' ? withSize(below, definition) : below] as const,
    );
  const parts: Entries = [['volume', { kind: 'map', entries: volume }]];
  return { kind: 'map', entries: shared === undefined ? parts : [...parts, ['shared', shared]] };
}

function isMainVolume(shared: Template): boolean {
  if (shared.kind === 'literal') return (shared.value as JsonObject)['isMain'] === true;
  const entry = shared.kind === 'map' ? shared.entries.find(([key]) => key === 'isMain')?.[1] : undefined;
  return entry?.kind === 'literal' && entry.value === true;
}

/** The size that an annotation sets, in place of one that the definition may have. */
function withSize(emptyDir: Template, definition: SidecarDefinition): Template {
  const { parameters } = definition;
  if (!parameters.get('size')?.isCommon) return emptyDir;
  if (emptyDir.kind === 'choice') {
    const { value, otherwise } = emptyDir;
    return {
      ...emptyDir,
      value: withSize(value, definition),
      otherwise: otherwise && withSize(otherwise, definition),
    };
  }
  const own =
    emptyDir.kind === 'map'
      ? emptyDir.entries
      : emptyDir.kind === 'literal'
        ? mapOfLiteral(emptyDir.value)
        : [];
  const others = own.filter(([key]) => key !== 'sizeLimit');
  return {
    kind: 'choice',
    when: [{ subject: 'size', fact: undefined, isNegated: false }],
    value: { kind: 'map', entries: [...others, ['sizeLimit', { kind: 'typed', parameter: 'size' }]] },
    otherwise: emptyDir,
  };
}
