import { webhooksOf } from '../../src/diagnosis/registration.ts';
import { shippedWebhooks } from '../../src/diagnosis/shipped-installation.ts';
import { patchRegistration } from '../e2e/registration.ts';
import { patchStoredAuthority } from '../e2e/stored-authority.ts';

/** As after the first apply: no authority anywhere. */
export async function forgetAuthority(): Promise<void> {
  await patchStoredAuthority({ data: null });
  const webhooks = webhooksOf(shippedWebhooks).map(({ name }) => ({
    name,
    clientConfig: { caBundle: null },
  }));
  await patchRegistration({ webhooks });
}
