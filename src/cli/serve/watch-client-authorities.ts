import type { Config } from '../../config/config.ts';
import type { Log } from '../../observability/logger.ts';
import { loadClientAuthorities } from '../../tls/client-authorities.ts';
import { SourceWatcher } from '../../tls/source-watcher.ts';
import { attempt } from '../attempt.ts';

/** How often mounted files are looked at. */
const intervalMs = 2000;

/**
 * Gets the authorities of `--client-ca`, undefined where it is not set. They are followed once `start` is called.
 *
 * @throws InjectorError where there is none in the file.
 */
export async function watchClientAuthorities(
  { clientCa }: Config,
  {
    now,
    log,
    onChange,
  }: {
    readonly now: () => Date;
    readonly log: Log;
    readonly onChange: (authorities: string) => void;
  },
): Promise<SourceWatcher<string> | undefined> {
  if (clientCa === '') return undefined;
  const load = () => loadClientAuthorities(clientCa, now());
  const first = await attempt('cannot ask for client certificates (--client-ca)', load());
  return new SourceWatcher(first, {
    load,
    intervalMs,
    isSame: (one, other) => one === other,
    onChange: authorities => {
      log.info('client CA renewed');
      onChange(authorities);
    },
    onProblem: problem => log.error({ problem }, 'client CA not renewed'),
  });
}
