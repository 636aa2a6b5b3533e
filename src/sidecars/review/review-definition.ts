/**
 * Remarks about a definition that works but that a careful operator would change: what a restricted namespace would
 * refuse, what a quota would, and what could be abused. `sidecar-injector validate` prints them.
 */
import type { JsonObject } from '../../kubernetes/json.ts';
import type { SidecarDefinition } from '../definition.ts';
import type { DefinitionProblem } from '../definition-problem.ts';
import type { YamlSource } from '../yaml-source.ts';
import type { FindingName } from './finding.ts';
import { reviewCommands } from './review-commands.ts';
import { reviewConditions } from './review-conditions.ts';
import { reviewImage, reviewResources, reviewToken } from './review-container.ts';
import { reviewLeftOut } from './review-left-out.ts';
import { reviewParameters } from './review-parameters.ts';
import { reviewCapabilities, reviewHostPorts, reviewSecurityContext } from './review-security.ts';
import { reviewVolumes } from './review-volumes.ts';

/** A remark with its place in the file. */
export interface DefinitionFinding extends DefinitionProblem {
  readonly finding: FindingName;
}

/** What is to be remarked about a definition, with its places, in the order of the file; of many the first and their number. */
export function reviewDefinition(
  source: YamlSource,
  spec: JsonObject,
  definition: SidecarDefinition,
): readonly DefinitionFinding[] {
  const container = (spec['container'] ?? {}) as JsonObject;
  const remarks = [
    ...reviewSecurityContext(container),
    ...reviewCapabilities(container),
    ...reviewHostPorts(container),
    ...reviewVolumes(spec),
    ...reviewResources(container),
    ...reviewToken(container),
    ...reviewImage(container),
    ...reviewCommands(spec, ['spec']),
    ...reviewConditions(spec, ['spec'], definition.parameters),
    ...reviewLeftOut(spec, definition.parameters),
    ...reviewParameters(spec),
  ];
  const shown = remarks
    .slice(0, maxRemarks)
    .map(({ finding, path, message }) => ({ ...source.problemAt(path, message), finding }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
  const others = remarks.length - shown.length;
  const last = shown.at(-1);
  if (others === 0 || last === undefined) return shown;
  return [...shown, { ...last, path: '', message: `and ${others} more in this file` }];
}

/** Whoever mends these sees the next ones. */
const maxRemarks = 20;
