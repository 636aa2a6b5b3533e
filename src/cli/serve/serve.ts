/** The composition root: builds each room, joins them, starts, waits for a signal, drains. */
import type { Core } from '../../admission/answer-review.ts';
import { findSurroundings } from '../../admission/find-surroundings.ts';
import { readServerVersion } from '../../cluster/server-version.ts';
import type { Config } from '../../config/config.ts';
import { loadServeConfig } from '../../config/load-config.ts';
import { createAdmissionApp } from '../../http/admission-app.ts';
import { AdmissionServer, unfinishedBounds } from '../../http/admission-server.ts';
import { createStatusApp } from '../../http/status-app.ts';
import { StatusServer } from '../../http/status-server.ts';
import { UnfinishedRequests } from '../../http/unfinished-requests.ts';
import { createInjector, type Injector } from '../../injection/inject.ts';
import { excludedBeside, excludedNamespaces } from '../../namespaces/excluded-namespaces.ts';
import { judgeNamespace } from '../../namespaces/judge-namespace.ts';
import { createLogger, type Log } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { Readiness } from '../../observability/readiness.ts';
import { SidecarDirectory } from '../../sidecars/sidecar-directory.ts';
import { emptySidecarSet } from '../../sidecars/sidecar-set.ts';
import type { Clock } from '../../tls/managed/managed-certificate-options.ts';
import { decideWorkload } from '../../workloads/decide-workload.ts';
import { attempt } from '../attempt.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { policyOf } from '../policy-of.ts';
import { UsageError } from '../usage-error.ts';
import { connectToCluster } from './connect-to-cluster.ts';
import { greeting } from './greeting.ts';
import { keepCertificate } from './keep-certificate.ts';
import { knowNamespaces } from './know-namespaces.ts';
import { listenOn } from './listen-on.ts';
import { NativeSidecars } from './native-sidecars.ts';
import { isPlaygroundServed, loadPlayground } from './playground.ts';
import { decisionReport, reportDefinitions, reportDirectory } from './report.ts';
import { reportDrops, reportFailures } from './report-requests.ts';
import { fileOnlySettings, withServeOptions } from './serve-options.ts';
import { ServedRules } from './served-rules.ts';
import { StopSignals } from './stop-signals.ts';
import { systemClock } from './system-clock.ts';
import { versionReport } from './version-report.ts';
import { warmUp } from './warm-up.ts';
import { watchClientAuthorities } from './watch-client-authorities.ts';

/** Runs the admission webhook until it is told to stop. */
export const serve = defineCommand({
  name: 'serve',
  description: `Runs the admission webhook until it is told to stop.

Each option is also an environment variable (--log-level is SIDECAR_INJECTOR_LOG_LEVEL) and a key of the configuration
file (logLevel). A flag wins over a variable, a variable over the file. A variable that resembles one of these and is none
is refused.`,
  examples: [
    ['serve', 'on this machine, with a certificate of its own'],
    ['serve --namespaces namespaces.yaml', 'where these Namespaces count for the pods in them'],
    ['serve --listen 127.0.0.1:9443 --log-format json', 'at another port, with logs for a program'],
  ],
  sections: [fileOnlySettings()],
  exits: { ok: 'it was told to stop', failure: 'it could not start or go on' },
  parser: withServeOptions,
  // All problems of flags, variables and file are told at once.
  readsArguments: true,
  run: async ({ args }) => {
    const { config, problems, unknownVariables } = {
      ...{ problems: undefined, config: undefined },
      ...(await loadServeConfig(args)),
    };
    if (config === undefined) throw new UsageError(...(problems ?? []));
    const log = await createLogger({ level: config.logLevel, format: config.logFormat });
    if (unknownVariables.length > 0) {
      log.warn({ variables: unknownVariables }, 'variables that begin like ours and set nothing');
    }
    try {
      await runUntilStopped(config, log, systemClock);
      return exitCodes.ok;
    } finally {
      log.flush();
    }
  },
});

/** Serves until a signal says to stop. The clock is passed in, so that one that is wrong can be tried out. */
export async function runUntilStopped(config: Config, log: Log, clock: Clock): Promise<void> {
  const signals = new StopSignals();
  const early = signals.duringStart.then(signal => log.info({ signal }, 'stopped before it served'));
  // What the start still waits for, such as an API server that is silent, is left alone.
  await Promise.race([startAndServe({ config, log, clock, signals }), early]);
}

interface Serving {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly signals: StopSignals;
}

async function startAndServe({ config, log, clock, signals }: Serving): Promise<void> {
  const metrics = new Metrics();
  const readiness = new Readiness();
  readiness.report({ name: 'server', isReady: false, detail: 'starting' });
  const connecting = connectToCluster(config, { now: clock.now, log });
  const cluster = await attempt('cannot use the Kubernetes API', connecting);
  let definitions = emptySidecarSet;
  let policy = policyOf(config, true);
  let injector = createInjector(definitions, policy);
  const rules = new ServedRules(config.inject, { log, metrics, readiness });
  const renewInjector = () => {
    policy = policyOf(config, native.areAvailable);
    injector = createInjector(definitions, policy);
    if (definitions !== emptySidecarSet) void rules.renew({ sidecars: definitions, policy });
  };
  const native = new NativeSidecars({
    setting: config.nativeSidecars,
    ask: cluster && (() => readServerVersion(cluster.client)),
    onChange: renewInjector,
    ...{ clock, log },
  });
  await native.start();
  const directory = new SidecarDirectory({
    path: config.sidecars,
    settings: config,
    onChange: (set, previous) => {
      definitions = set;
      renewInjector();
      reportDefinitions({ set, previous, log, metrics, readiness });
    },
    onProblem: problem => reportDirectory({ problem, path: config.sidecars, log, readiness }),
  });
  await attempt(`cannot read the definitions in "${config.sidecars}" (--sidecars)`, directory.load());
  const clientAuthorities = await watchClientAuthorities(config, {
    ...{ now: clock.now, log },
    onChange: authorities => admission.setClientAuthorities(authorities),
  });
  const excluded = cluster ? excludedBeside(cluster.namespace) : excludedNamespaces;
  const namespaces = await knowNamespaces({ cluster, file: config.namespaces, clock, log, metrics });
  const workloadKinds = config.workloads === 'off' ? [] : config.workloadKinds;
  const onDrop = reportDrops({ server: 'admission', log, metrics });
  const unfinished = new UnfinishedRequests(unfinishedBounds, () => performance.now(), onDrop);
  const coreWith = (decide: Injector): Core => ({
    decide,
    decideWorkload: change => decideWorkload(change, decide, config.workloads),
    decideNamespace: change =>
      judgeNamespace(change, { sidecars: definitions, policy, rules: rules.inForce, excluded }),
    rules: () => rules.inForce,
    ...{ excluded, workloadKinds },
  });
  const admission = new AdmissionServer(
    createAdmissionApp({
      ...coreWith((pod, sources) => injector(pod, sources)),
      surroundings: (request, entry) =>
        findSurroundings(request, entry, namespaces, rules.inForce.length > 0),
      onDecision: decisionReport({ log, metrics }),
      onFailure: reportFailures({ log, metrics }),
      isDraining: () => signals.isStopping,
      unfinished,
    }),
    { unfinished, onDrop, clientAuthorities: clientAuthorities?.current },
  );
  const playground = isPlaygroundServed(config)
    ? await loadPlayground({
        ...{ config, log },
        now: () => ({
          ...{ definitions, settings: config, policy, rules: rules.inForce },
          ...{ workloads: config.workloads, workloadKinds },
        }),
      })
    : undefined;
  const status = new StatusServer(
    createStatusApp({
      readiness,
      metrics,
      version: versionReport(() => ({
        definitions,
        areNativeSidecarsAvailable: native.areAvailable,
        images: config,
        namespaces: namespaces.state,
        clientCertificates: admission.clientCertificates,
      })),
      playground,
    }),
    reportDrops({ server: 'status', log, metrics }),
  );
  const address = await listenOn('--listen', config.listen, admission);
  const statusAddress = await listenOn('--status-listen', config.statusListen, status);
  const certificate = await keepCertificate({
    ...{ config, cluster, clock, address, log, metrics, readiness },
    onCertificate: issued => admission.setCertificate(issued),
    onOwnHandshake: port => admission.expectOwnHandshake(port),
  });
  const newCore = () => coreWith(createInjector(definitions, policy));
  await Promise.all([certificate.first, warmUp({ sidecars: definitions, newCore, log })]);
  signals.endStart();
  directory.start();
  clientAuthorities?.start();
  readiness.report({ name: 'server', isReady: true, detail: 'listening' });
  const { port } = address;
  log.info(
    {
      address: address.address,
      port,
      statusPort: statusAddress.port,
      tls: config.tls,
      native: native.areAvailable,
    },
    'listening',
  );
  if (config.logFormat === 'pretty')
    process.stdout.write(greeting(config, { port, statusPort: statusAddress.port, playground }));

  const signal = await signals.first;
  readiness.report({ name: 'server', isReady: false, detail: 'draining' });
  log.info({ signal, drainSeconds: config.drainSeconds }, 'stopping');
  // A person at a terminal does not wait for endpoints to propagate.
  await signals.secondOrAfter(signal === 'SIGTERM' ? config.drainSeconds * 1000 : 0);
  directory.stop();
  clientAuthorities?.stop();
  native.stop();
  namespaces.stop();
  certificate.stop();
  await admission.stop(signals.second);
  status.stop();
  log.info('stopped');
}
