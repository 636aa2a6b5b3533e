import type { EnvironmentVariable } from '../../kubernetes/environment.ts';
import type { Mode } from '../../sidecars/definition.ts';
import { renderTemplate } from '../../sidecars/template/render-template.ts';
import { renderedSize } from '../../sidecars/template/rendered-size.ts';
import type { InjectionPolicy } from '../policy.ts';
import type { Finding } from '../reason.ts';
import { asksForEnvironment, type SidecarInstance } from '../request/sidecar-instance.ts';
import type { PodTraits } from './pod-traits.ts';
import { type RenderedContainers, renderContainers } from './render-container.ts';
import { type RenderedVolume, renderVolumes } from './render-volumes.ts';

/** Everything that one sidecar brings into a pod, before it is held against what the pod has. */
export interface RenderedSidecar extends RenderedContainers {
  readonly instance: SidecarInstance;
  readonly mode: Mode;
  readonly volumes: readonly RenderedVolume[];
  readonly annotations: readonly (readonly [key: string, value: string])[];
  /** Where the content is, as a path in the sidecar. */
  readonly content: string | undefined;
  /** The variables for the app; none where no annotation asks for them. */
  readonly appVariables: readonly EnvironmentVariable[];
  /** About how many characters of JSON those are. */
  readonly appCharacters: number;
}

/** Renders a sidecar for a pod in a mode: its containers, volumes and annotations. */
export function renderSidecar(
  traits: PodTraits,
  instance: SidecarInstance,
  mode: Mode,
  policy: InjectionPolicy,
): { readonly rendered: RenderedSidecar; readonly findings: readonly Finding[] } {
  const { definition } = instance;
  const { findings, ...containers } = renderContainers(traits, instance, mode, policy);
  const content = definition.content === undefined ? undefined : renderTemplate(definition.content, instance);
  const annotations = definition.annotations.flatMap(([key, template]) => {
    const value = renderTemplate(template, instance);
    return value === undefined ? [] : [[key, String(value)] as const];
  });
  const rendered = {
    instance,
    mode,
    ...containers,
    volumes: renderVolumes(instance),
    annotations,
    content: typeof content === 'string' ? content : undefined,
    ...renderAppVariables(instance),
  };
  return { rendered, findings };
}

function renderAppVariables(
  instance: SidecarInstance,
): Pick<RenderedSidecar, 'appVariables' | 'appCharacters'> {
  const { appEnv } = instance.definition;
  if (appEnv === undefined || !asksForEnvironment(instance)) return { appVariables: [], appCharacters: 0 };
  const rendered = renderTemplate(appEnv, instance);
  return {
    appVariables: Array.isArray(rendered) ? (rendered as readonly EnvironmentVariable[]) : [],
    appCharacters: renderedSize(appEnv, instance),
  };
}
