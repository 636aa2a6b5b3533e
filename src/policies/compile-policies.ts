import type { InjectionPolicy } from '../injection/policy.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import { definitionPolicies } from './definition-policies.ts';
import type { LossCode } from './losses.ts';
import { compileParameter } from './parameters/compile-parameter.ts';
import { hasPlacedVolume } from './rules/volumes.ts';
import { setPolicies } from './set-policies.ts';
import { unverifiedPolicy } from './unverified-policy.ts';
import { workloadPolicy } from './workload-policy.ts';

export interface CompiledPolicies {
  /** MutatingAdmissionPolicies, ValidatingAdmissionPolicies and their bindings, ready to be applied. */
  readonly objects: readonly JsonObject[];
  /** What the policies do differently from the webhook. */
  readonly report: readonly ReportLine[];
}

export interface ReportLine {
  /** A stable code, a key of `losses` in src/policies/losses.ts. */
  readonly code: LossCode;
  /** The sidecar that it is about; undefined where it is about all. */
  readonly sidecar: string | undefined;
  /** The parameter or part of the definition it is about, where there is one. */
  readonly part: string | undefined;
}

/**
 * Compiles definitions to policies that run inside the API server, Kubernetes 1.36 or later, with all that the operator
 * decided. What of it is done differently is in the report, and nothing else is.
 */
export function compilePolicies(
  definitions: readonly SidecarDefinition[],
  policy: InjectionPolicy,
): CompiledPolicies {
  return {
    objects: [
      ...definitions.flatMap(definition =>
        definitionPolicies(
          definition,
          definitions.filter(other => other !== definition),
          policy,
        ),
      ),
      ...setPolicies(definitions, policy),
      ...unverifiedPolicy(),
      ...workloadPolicy(),
    ],
    report: [
      ...[...ofAll, ...ofSome(definitions, policy)].map(lineAboutAll),
      ...definitions.flatMap(definition => linesAbout(definition, policy)),
    ],
  };
}

/** What is so of every set of definitions. */
const ofAll = [
  'broken-definition',
  'fewer-problems',
  'hidden-value',
  'left-out-not-marked',
  'name-clash-across',
  'next-version',
  'order-of-lists',
  'status-by-webhook',
  'status-form',
  'status-without-container',
  'template-volume',
  'validated-before',
  'warnings',
  'workload-not-judged',
] as const satisfies readonly LossCode[];

/** What is so of these definitions together, and of what the operator decided. */
function ofSome(definitions: readonly SidecarDefinition[], policy: InjectionPolicy): readonly LossCode[] {
  const keys = definitions.flatMap(({ annotations }) => [...new Set(annotations.map(([key]) => key))]);
  return [
    ...(new Set(keys).size < keys.length ? ['annotation-of-two' as const] : []),
    ...(policy.unknownSidecars === 'warn' ? ['unknown-let-through' as const] : []),
  ];
}

function lineAboutAll(code: LossCode): ReportLine {
  return { code, sidecar: undefined, part: undefined };
}

function linesAbout(definition: SidecarDefinition, policy: InjectionPolicy): readonly ReportLine[] {
  const { name, parameters, switchValue } = definition;
  const ofParameters = [...parameters.values()].flatMap(
    parameter => compileParameter(parameter, policy).losses,
  );
  const seen = new Set<string>();
  return [
    ...ofParameters
      .filter(({ code }) => code !== 'hidden-value')
      .map(({ code, detail }) => ({ code, sidecar: name, part: detail })),
    ...(switchValue.parameters.length > 1
      ? [
          {
            code: 'long-switch' as const,
            sidecar: name,
            part: switchValue.parameters.map(one => one.name).join(', '),
          },
        ]
      : []),
    ...(parameters.get('mount')?.isCommon
      ? [{ code: 'odd-paths' as const, sidecar: name, part: 'mount' }]
      : []),
    ...(hasPlacedVolume(definition)
      ? [{ code: 'shared-volumes-in-one' as const, sidecar: name, part: 'volumes' }]
      : []),
    { code: 'sidecar-size' as const, sidecar: name, part: undefined },
  ].filter(({ code, part }) => {
    const key = `${code} ${part}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
