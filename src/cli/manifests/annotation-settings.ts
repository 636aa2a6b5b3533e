import {
  annotationPrefix,
  injectAnnotation,
  parseRequestKey,
  versionParameter,
} from '../../injection/request/annotation-keys.ts';
import { shownKey, shownValue } from '../../injection/shown-value.ts';
import { nearestName, suggestion } from '../../nearest-name.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { UsageError } from '../usage-error.ts';

/** What is known about keys. */
export interface KnownKeys extends Pick<SidecarSet, 'sidecars' | 'broken'> {
  /** Whether annotations that no definition knows are an error. */
  readonly unknownSidecars: 'refuse' | 'warn';
}

/**
 * Reads what `--annotate` is given. What is wrong with a value the engine says of each object.
 *
 * @throws UsageError with all that is wrong with the keys.
 */
export function readAnnotationSettings(
  settings: readonly string[],
  known: KnownKeys,
): Readonly<Record<string, string>> {
  const annotations = new Map<string, string>();
  const problems = settings.flatMap(setting => {
    const end = setting.indexOf('=');
    if (end < 1) return [`got ${shownValue(setting)}; use KEY=VALUE, as in ${annotationPrefix}NAME=VALUE`];
    const key = setting.slice(0, end);
    const isTwice = annotations.has(key);
    annotations.set(key, setting.slice(end + 1));
    const problem = isTwice ? 'is given twice' : problemOf(key, known);
    return problem === undefined ? [] : [`${shownKey(key)} ${problem}`];
  });
  if (problems.length > 0) throw new UsageError(...problems.map(problem => `--annotate: ${problem}`));
  return Object.fromEntries(annotations);
}

function problemOf(key: string, known: KnownKeys): string | undefined {
  if (key === injectAnnotation) return undefined;
  if (!key.startsWith(annotationPrefix)) {
    const name = nearestName(key, known.sidecars.keys());
    const meant = name === undefined ? '' : `; did you mean "${annotationPrefix}${name}"?`;
    return `is none of the injector's annotations, which begin with ${annotationPrefix}${meant}`;
  }
  const request = parseRequestKey(key);
  if (request === undefined) return 'is written by the injector alone';
  const { sidecar, parameter, isWellFormed } = request;
  const definition = known.sidecars.get(sidecar);
  if (definition === undefined) return unknownSidecar(sidecar, known);
  if (!isWellFormed) return `is no key; use ${annotationPrefix}${sidecar}[_<instance>][.<parameter>]`;
  return parameter === undefined ? undefined : unknownParameter(key, parameter, definition);
}

function unknownSidecar(
  sidecar: string,
  { sidecars, broken, unknownSidecars }: KnownKeys,
): string | undefined {
  if (unknownSidecars === 'warn' || broken.has(sidecar)) return undefined;
  const others = ['inject', ...sidecars.keys(), ...broken.keys()];
  return `names no sidecar that has a definition${suggestion(sidecar, others)}`;
}

function unknownParameter(key: string, parameter: string, definition: SidecarDefinition): string | undefined {
  const { parameters, switchValue } = definition;
  const asking = key.slice(0, key.length - parameter.length - 1);
  const ofSwitch = new Set(switchValue.parameters.map(({ name }) => name));
  if (ofSwitch.has(parameter)) return `is set by the value of ${shownKey(asking)} itself`;
  if (parameters.has(parameter) || parameter === versionParameter) return undefined;
  const nearest = nearestName(
    parameter,
    [...parameters.keys()].filter(name => !ofSwitch.has(name)),
  );
  const meant = nearest === undefined ? '' : `; did you mean "${shownKey(asking)}.${nearest}"?`;
  return `is no parameter of ${definition.name}${meant}`;
}
