import { type Warning, warning } from '../injection/reason.ts';
import { shownName } from '../injection/shown-value.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { type Judgement, origin, podsOf } from './preview-pods.ts';

/** Says which sidecars the pods of a workload will get although they do not stand in its template. */
export function previewInherited(workload: Workload, { decision }: Judgement): readonly Warning[] {
  if (decision.outcome !== 'injected') return [];
  const inherited = decision.sidecars.filter(({ instance }) => instance.request.from !== undefined);
  return inherited.map(({ instance: { name, request } }) =>
    warning(
      'pods-change',
      shownName(name),
      () => `${podsOf(workload)} will get ${shownName(name)}${origin(request.from)}, its template does not`,
    ),
  );
}
