import { shownList, shownName } from '../../injection/shown-value.ts';
import { compiledSidecars, injectorsOf, isByPoliciesAlone, type Registrations } from '../sidecar-policies.ts';
import type { ExplainedSidecar, Told } from './explanation.ts';

/** Sidecars of which none is there yet: where policies put one in, they are asked before any webhook. */
export function withInjector(
  sidecars: readonly ExplainedSidecar[],
  installation: Registrations,
): readonly ExplainedSidecar[] {
  if (!injectorsOf(installation).policies) return sidecars;
  const compiled = compiledSidecars(installation);
  return sidecars.map(explained =>
    explained.isPresent || !compiled.has(explained.sidecar) ? explained : { ...explained, by: 'policy' },
  );
}

/** Where nothing but policies puts sidecars in, nobody does it for which none was compiled. */
export function notCompiled(
  sidecars: readonly ExplainedSidecar[],
  installation: Registrations,
): readonly Told[] {
  if (!isByPoliciesAlone(installation)) return [];
  const compiled = compiledSidecars(installation);
  const names = sidecars
    .filter(({ isPresent, sidecar }) => !isPresent && sidecar !== '' && !compiled.has(sidecar))
    .map(({ sidecar }) => sidecar);
  return [...new Set(names)].map(name => ({
    code: 'sidecar-not-compiled',
    where: `sidecar ${shownName(name)}`,
    message: `policies of the API server put sidecars in, and none puts in ${shownName(name)}: they are for ${shownList([...compiled.keys()])}`,
    advice: `compile its definition and apply what comes out: sidecar-injector compile ${shownName(name)}`,
  }));
}
