/**
 * The webhook with a clock that is wrong. It composes what `serve` composes; only the time is another one, because a
 * clock cannot be set for a single process.
 *
 *   node test/chaos/skewed-webhook.ts SECONDS [flags of serve]
 */
import { runUntilStopped } from '../../src/cli/serve/serve.ts';
import { systemClock } from '../../src/cli/serve/system-clock.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/observability/logger.ts';

const [skewSeconds = '0', ...flags] = process.argv.slice(2);
const reading = await loadConfig(flags);
if (reading.config === undefined) throw new Error(reading.problems.join('\n'));
const { config } = reading;
const log = await createLogger({ level: config.logLevel, format: config.logFormat });
const aheadMs = Number(skewSeconds) * 1000;
const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
await runUntilStopped(config, log, clock);
log.flush();
process.exit(0);
