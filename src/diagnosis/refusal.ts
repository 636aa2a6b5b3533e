import type { Obstacle } from './obstacles.ts';

/** What a refusal of the API server tells of the way through the webhook, in the order of what is looked for. */
const signs: readonly (readonly [sign: RegExp, code: Obstacle])[] = [
  [/failed calling webhook.*certificate (has expired|is not valid|is not yet valid)/s, 'certificate-expired'],
  [/failed calling webhook.*x509: /s, 'ca-bundle-mismatch'],
  // The alert comes from the injector, which has nothing else to say about certificates.
  [
    /failed calling webhook.*remote error: tls: (?:certificate required|unknown certificate|bad certificate)/s,
    'client-certificate-refused',
  ],
  [/failed calling webhook.*no endpoints available/s, 'service-without-endpoints'],
  [/failed calling webhook.*service "[^"]*" not found/s, 'service-missing'],
  [/failed calling webhook/, 'webhook-unreachable'],
  // The injector has written the status, and the container that it tells of is gone.
  [
    /ValidatingAdmissionPolicy 'sidecar-injector-guard'.*or that the pod does not have/s,
    'removed-by-another-webhook',
  ],
  [/ValidatingAdmissionPolicy 'sidecar-injector-guard'/, 'pod-bare'],
];

/** The code for what the API server says against an annotated pod. */
export function obstacleOfRefusal(refusal: string): Obstacle {
  return signs.find(([sign]) => sign.test(refusal))?.[1] ?? 'probe-refused';
}
