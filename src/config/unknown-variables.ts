import { nearestName } from '../nearest-name.ts';
import { oneLine } from '../shown-text.ts';
import type { Config } from './config.ts';
import { options, variableOf } from './options.ts';

/** Variables with our prefix that set nothing. */
export interface UnknownVariables {
  /** What is wrong with those that are meant for a setting. */
  readonly problems: readonly string[];
  /** The names of the others. */
  readonly others: readonly string[];
}

/**
 * Finds the variables that begin like ours and set nothing. Those that resemble a setting, or name one that only the file
 * has, are problems. Those that Kubernetes sets for a Service whose name begins like ours are left out.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function findUnknownVariables(
  variables: Readonly<Record<string, string | undefined>>,
): UnknownVariables {
  const problems: string[] = [];
  const others: string[] = [];
  const unknown = Object.keys(variables).filter(name => isOurs(name) && variables[name] !== undefined);
  for (const name of unknown.toSorted()) {
    const problem = problemOf(name);
    const shown = oneLine(name, maxShown);
    if (problem !== undefined) problems.push(`variable ${shown}: ${problem}`);
    else others.push(shown);
  }
  return { problems, others };
}

const maxShown = 200;

const keys = Object.keys(options) as readonly (keyof Config)[];
const settable = new Set([
  variableOf('config'),
  ...keys.filter(key => options[key].placeholder !== undefined).map(variableOf),
]);
const prefix = variableOf('');

function isOurs(name: string): boolean {
  return name.startsWith(prefix) && !settable.has(name) && !ofService.test(name);
}

const ofService =
  /(?:_SERVICE_HOST|_SERVICE_PORT(?:_[A-Z0-9_]{1,63})?|_PORT(?:_\d{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

function problemOf(name: string): string | undefined {
  const fileOnly = keys.find(key => variableOf(key) === name);
  if (fileOnly !== undefined) return `only the configuration file sets ${fileOnly}; write it there`;
  // Without what all have in common, which would count for likeness.
  const known = [...settable].map(nameOf);
  const nearest = nearestName(nameOf(name), known);
  return nearest === undefined ? undefined : `sets nothing; did you mean "${variableOf(nearest)}"?`;
}

function nameOf(variable: string): string {
  return variable.slice(prefix.length).toLowerCase();
}
