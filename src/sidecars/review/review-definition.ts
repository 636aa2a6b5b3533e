/**
 * Remarks about a definition that works but that a careful operator would change: what a restricted namespace would
 * refuse, what a quota would, and what could be abused. `sidecar-injector validate` prints them.
 */
import type { JsonObject } from '../../kubernetes/json.ts';
import type { SidecarDefinition } from '../definition.ts';
import type { DefinitionProblem } from '../definition-problem.ts';
import type { FindingName } from '../finding.ts';
import type { KeyPath, YamlSource } from '../yaml-source.ts';
import type { Remark } from './remark.ts';
import { reviewCommands } from './review-commands.ts';
import { reviewConditions } from './review-conditions.ts';
import { reviewImage, reviewResources, reviewToken } from './review-container.ts';
import { reviewForKubernetes } from './review-for-kubernetes.ts';
import { reviewLeftOut } from './review-left-out.ts';
import { otherNotations, reviewNotation } from './review-notation.ts';
import { reviewParameters } from './review-parameters.ts';
import { reviewCapabilities, reviewHostPorts, reviewSecurityContext } from './review-security.ts';
import { reviewVolumes } from './review-volumes.ts';

/** A remark with its place in the file. */
export interface DefinitionFinding extends DefinitionProblem {
  readonly finding: FindingName;
  /** Why it is so, where the definition accepts it. */
  readonly reason?: string;
}

/**
 * What is to be remarked about a definition, with its places, in the order of the file, and behind it what the definition
 * accepts; of many the first and their number.
 */
export function reviewDefinition(
  source: YamlSource,
  spec: JsonObject,
  definition: SidecarDefinition,
): readonly DefinitionFinding[] {
  const container = (spec['container'] ?? {}) as JsonObject;
  const notations = otherNotations(spec);
  const remarks: readonly Remark[] = [
    ...reviewSecurityContext(container),
    ...reviewCapabilities(container),
    ...reviewHostPorts(container),
    ...reviewVolumes(spec),
    ...reviewForKubernetes(source, spec, definition),
    ...reviewResources(container),
    ...reviewToken(container),
    ...reviewImage(container),
    ...reviewCommands(spec, ['spec'], definition.parameters),
    ...reviewConditions(spec, ['spec'], definition.parameters),
    ...reviewLeftOut(spec, definition.parameters),
    ...reviewNotation(notations),
    ...reviewParameters(spec, notations),
  ];
  const accepted = (spec['accept'] ?? {}) as Readonly<Partial<Record<FindingName, string>>>;
  const all = [...remarks, ...reviewAccepted(accepted, remarks)].filter(({ finding, path }) =>
    isSure(source, finding, path),
  );
  const found = all.map((remark): DefinitionFinding => {
    const { finding, path, message } = remark;
    const reason = accepted[finding];
    return { ...source.problemAt(path, message), finding, ...(reason === undefined ? {} : { reason }) };
  });
  return [
    ...firstOf(found.filter(({ reason }) => reason === undefined)),
    ...firstOf(found.filter(({ reason }) => reason !== undefined)),
  ];
}

/** Of many the first and their number, in the order of the file. */
function firstOf(found: readonly DefinitionFinding[]): readonly DefinitionFinding[] {
  const shown = found.slice(0, maxRemarks).toSorted((a, b) => a.line - b.line || a.column - b.column);
  const others = found.length - shown.length;
  const last = shown.at(-1);
  if (others === 0 || last === undefined) return shown;
  return [...shown, { ...last, path: '', message: `and ${others} more in this file` }];
}

/** What is accepted and is not so: the next who reads it would look for it. */
function reviewAccepted(
  accepted: Readonly<Partial<Record<FindingName, string>>>,
  remarks: readonly Remark[],
): readonly Remark[] {
  const found = new Set(remarks.map(({ finding }) => finding));
  return Object.keys(accepted)
    .filter(name => !found.has(name as FindingName) && name !== 'accept-unused')
    .map(name => ({
      finding: 'accept-unused',
      path: ['spec', 'accept', name],
      message: `there is no finding "${name}" here; remove it`,
    }));
}

/** Of a file with errors only that is remarked which stays when they are mended. */
function isSure({ hasProblems, broken }: YamlSource, finding: FindingName, path: KeyPath): boolean {
  if (!hasProblems) return true;
  return !judgingAbsence.has(finding) && !broken.blur(broken.inFile(path));
}

/** That something stands nowhere in the file. */
const judgingAbsence: ReadonlySet<FindingName> = new Set([
  'volume-unmounted',
  'unused-parameter',
  'accept-unused',
]);

/** Whoever mends these sees the next ones. */
const maxRemarks = 20;
