import type { ApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';

/**
 * When the certificate of a replica expires, as its metrics say, read through the API server's proxy:
 * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
 *
 * @throws ApiError where they cannot be read, or do not say so.
 */
export async function readCertificateExpiry(
  client: Pick<ApiClient, 'requestText'>,
  { namespace, pod, port }: { readonly namespace: string; readonly pod: string; readonly port: number },
): Promise<Date> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/http:${pod}:${port}/proxy/metrics`;
  const metrics = await client.requestText({ method: 'GET', path });
  const [, seconds] =
    /^sidecar_injector_certificate_expiry_timestamp_seconds ([\d.e+]+)$/m.exec(metrics) ?? [];
  if (seconds === undefined) throw new ApiError(`GET ${path}`, 0, 'the metrics do not say when it expires');
  return new Date(Number(seconds) * 1000);
}
