import type { Config } from '../config/config.ts';
import type { InjectionPolicy } from '../injection/policy.ts';

/** The part of a configuration that the engine goes by, beside what the server can do. */
export function policyOf(config: Config, areNativeSidecarsAvailable: boolean): InjectionPolicy {
  const { startAfter, imageRegistry, unknownSidecars, maximumSidecars } = config;
  const { allowedSchemes, allowedHosts, allowedUrls, allowedEndpoints } = config;
  return {
    areNativeSidecarsAvailable,
    startAfter,
    allowedSchemes,
    allowedHosts,
    allowedUrls,
    allowedEndpoints,
    imageRegistry,
    unknownSidecars,
    maximumSidecars,
  };
}
