import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { suggestion } from '../nearest-name.ts';
import { canBeUnset, type Parameter, type Readiness } from './definition.ts';
import { parseDurationSeconds } from './parameters/types/duration.ts';
import { specShape } from './schema/definition-shape.ts';
import { nameInBraces, onlyParameter, parseConditions, parseTemplate } from './template/template.ts';
import type { YamlSource } from './yaml-source.ts';

/** Reads what the start of the app waits for. */
export function readReadiness(
  source: YamlSource,
  spec: JsonObject,
  parameters: ReadonlyMap<string, Parameter>,
): Readiness | undefined {
  const ready = spec['ready'];
  if (!isObject(ready)) return undefined;
  const { when, within, timeout, ...handlers } = ready;
  if (Object.keys(handlers).length !== 1) {
    source.add(['spec', 'ready'], 'give exactly one of exec, httpGet, tcpSocket and grpc');
  }
  const secondsOf = (key: string, value: Json | undefined) => {
    const seconds = parseDurationSeconds(String(value)) ?? 0;
    if (seconds < 1) source.add(['spec', 'ready', key], `"${String(value)}" is no duration of at least 1s`);
    return seconds;
  };
  const probe = parseTemplate(handlers, { kind: 'object', fields: handlerShapes });
  const part = onlyParameter(String(within));
  const parameter = part && nameInBraces(part);
  if (parameter !== undefined) checkWithin(source, parameter, parameters);
  const common = {
    when: when === undefined ? [] : parseConditions(when),
    probe,
    within: parameter ?? secondsOf('within', within),
  };
  if (timeout === undefined) return common;
  const timeoutSeconds = secondsOf('timeout', timeout);
  const path = ['spec', 'ready', 'timeout'];
  if (!('exec' in handlers)) source.add(path, 'only a command, in exec, can wait by itself');
  if (typeof common.within === 'number' && timeoutSeconds > common.within)
    source.add(path, 'one attempt cannot take longer than "within"');
  return { ...common, timeoutSeconds };
}

/** How long to wait must always be known, and 0 would end the sidecar at once. */
function checkWithin(source: YamlSource, name: string, parameters: ReadonlyMap<string, Parameter>): void {
  const path = ['spec', 'ready', 'within'];
  const parameter = parameters.get(name);
  if (parameter === undefined)
    return source.addUnknownName(path, () => `no parameter "${name}"${suggestion(name, parameters.keys())}`);
  if (parameter.type !== 'duration' || parameter.holds !== 'one' || parameter.literals.length > 0) {
    source.add(path, `expected one duration, but "\${${name}}" is of type ${parameter.type}`);
  } else if (canBeUnset(parameter)) source.add(path, `"${name}" may have no value; give it a default`);
}

const readyShape = specShape.fields['ready'];
const handlerShapes = readyShape?.kind === 'object' ? readyShape.fields : {};
