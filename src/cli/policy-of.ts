import type { Config } from '../config/config.ts';
import type { InjectionPolicy } from '../injection/policy.ts';

/** The part of a configuration that the engine goes by, beside what the server can do. */
export function policyOf(config: Config, areNativeSidecarsAvailable: boolean): InjectionPolicy {
  const { startAfter, images, imageRegistry, unknownSidecars, maximumSidecars, allowImagePullSecrets } =
    config;
  const { allowedSchemes, allowedHosts, allowedUrls, allowedEndpoints } = config;
  return {
    areNativeSidecarsAvailable,
    startAfter,
    allowedSchemes,
    allowedHosts,
    allowedUrls,
    allowedEndpoints,
    images,
    imageRegistry,
    versions: config.versions,
    pullSecrets: allowImagePullSecrets ? config.imagePullSecrets : undefined,
    unknownSidecars,
    maximumSidecars,
  };
}
