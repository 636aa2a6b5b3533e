import type { Json } from '../../kubernetes/json.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { instanceName, type Template } from '../../sidecars/template/template.ts';
import type { Finding } from '../reason.ts';
import type { Plan, PlannedSidecar } from './plan-sidecars.ts';

/**
 * About how many bytes of memory a plan takes, for a bound. What is rendered is not looked at, which would cost as much
 * as to render a good part of it: the templates tell how long it is.
 */
export function planSize({ sidecars, findings, leftToOthers }: Plan): number {
  let size = findingsSize(findings);
  for (const name of leftToOthers) size += textSize(name);
  for (const sidecar of sidecars) size += sidecarSize(sidecar);
  return size;
}

function sidecarSize({ request, rendered, findings }: PlannedSidecar): number {
  let size = requestBytes + findingsSize(findings);
  if (rendered === undefined) {
    for (const text of request.annotations.values()) size += textSize(text);
    return size;
  }
  const { instance, initContainers, containers } = rendered;
  const { bytes, uses } = weightOf(instance.definition);
  let copy = bytes + 2 * request.name.length * (uses.get(instanceName) ?? 0);
  for (const [parameter, text] of request.annotations) {
    size += textSize(text);
    copy += 2 * text.length * (uses.get(parameter) ?? 0);
  }
  return size + copy * (initContainers.length + containers.length);
}

function findingsSize(findings: readonly Finding[]): number {
  let size = 0;
  for (const { where } of findings) size += findingBytes + textSize(where);
  return size;
}

/** What a definition makes of its own values, and how often it writes each that an annotation sets. */
interface Weight {
  readonly bytes: number;
  /** By parameter; those of the annotation that asks for the sidecar together, under the empty name. */
  readonly uses: ReadonlyMap<string, number>;
}

const weights = new WeakMap<SidecarDefinition, Weight>();

function weightOf(definition: SidecarDefinition): Weight {
  const known = weights.get(definition);
  if (known !== undefined) return known;
  const { container, volumes, annotations, content, ready } = definition;
  const uses = new Map<string, number>();
  const templates = [
    container,
    ...volumes.map(({ template }) => template),
    ...annotations.map(([, template]) => template),
    ...(content === undefined ? [] : [content]),
    ...(ready === undefined ? [] : [ready.probe]),
  ];
  let bytes = 0;
  for (const template of templates) bytes += templateSize(template, uses);
  for (const [parameter, { text }] of definition.presets) bytes += text.length * (uses.get(parameter) ?? 0);
  const usesOf = ({ name }: { readonly name: string }) => uses.get(name) ?? 0;
  uses.set('', total(definition.switchValue.parameters, usesOf));
  const weight = { bytes, uses };
  weights.set(definition, weight);
  return weight;
}

/** The memory of what a template renders, all its branches, without the values; counts where those stand. */
function templateSize(template: Template, uses: Map<string, number>): number {
  switch (template.kind) {
    // The definition and all that is rendered from it share it.
    case 'literal':
      return entryBytes;
    case 'typed':
      return entryBytes;
    case 'text':
      return textTemplateSize(template.parts, uses);
    case 'json':
      return jsonTemplateSize(template.value, uses);
    case 'choice': {
      const { value, otherwise } = template;
      return templateSize(value, uses) + (otherwise === undefined ? 0 : templateSize(otherwise, uses));
    }
    case 'list':
      return total(template.entries, entry => entryBytes + templateSize(entry, uses));
    case 'map':
      return total(template.entries, ([, entry]) => entryBytes + templateSize(entry, uses));
  }
}

function textTemplateSize(parts: (Template & { kind: 'text' })['parts'], uses: Map<string, number>): number {
  return total(parts, part => {
    if (typeof part === 'string') return textBytes + part.length;
    uses.set(part.parameter, (uses.get(part.parameter) ?? 0) + 1);
    return entryBytes;
  });
}

/** Here keys and literals are written into one text. */
function jsonTemplateSize(template: Template, uses: Map<string, number>): number {
  switch (template.kind) {
    case 'literal':
      return textSize(JSON.stringify(template.value satisfies Json));
    case 'typed':
      return textTemplateSize([template], uses);
    case 'choice': {
      const { value, otherwise } = template;
      return (
        jsonTemplateSize(value, uses) + (otherwise === undefined ? 0 : jsonTemplateSize(otherwise, uses))
      );
    }
    case 'list':
      return total(template.entries, entry => jsonTemplateSize(entry, uses));
    case 'map':
      return total(template.entries, ([key, entry]) => textSize(key) + jsonTemplateSize(entry, uses));
    case 'text':
    case 'json':
      return templateSize(template, uses);
  }
}

function total<T>(list: readonly T[], size: (entry: T) => number): number {
  return list.reduce((sum, entry) => sum + size(entry), 0);
}

/** Two bytes for each character, as where one of them is beyond Latin-1. */
function textSize({ length }: string): number {
  return textBytes + 2 * length;
}

// As V8 has them: the head of a text or a list, and a field with what it points to.
const textBytes = 24;
const entryBytes = 16;

/** A finding makes its message when it is read; until then it holds what the message is made of, which is held anyway. */
const findingBytes = 300;

/** The objects and maps that hold a request, its instance, and what is rendered. */
const requestBytes = 1500;
