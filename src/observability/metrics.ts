import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A decision, in words of which there are few. */
export interface CountedDecision {
  readonly decision: string;
  readonly reason: string;
  readonly kind: string;
}

/** How it stands with what is known of namespaces. */
export interface NamespaceState {
  readonly known: number;
  readonly silentSeconds: number;
}

/**
 * The program's metrics, for Prometheus. Every label has a small closed set of values, never text of a user.
 * https://prometheus.io/docs/practices/naming/
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #decisions = new Counter({
    name: 'sidecar_injector_decisions_total',
    help: 'Admission decisions by outcome, reason code and kind of object.',
    labelNames: ['decision', 'reason', 'kind'] as const,
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: 'sidecar_injector_admission_duration_seconds',
    help: 'Time from the first byte of a request to its answer.',
    labelNames: ['decision'] as const,
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.#registry],
  });
  /** What a decision counts in, found once: of its labels there are few. */
  readonly #counted = new Map<
    string,
    { readonly decisions: Counter.Internal; readonly duration: Histogram.Internal<'decision'> }
  >();
  readonly #failures = new Counter({
    name: 'sidecar_injector_request_failures_total',
    help: 'Requests that were not answered with a decision, by HTTP status.',
    labelNames: ['status'] as const,
    registers: [this.#registry],
  });
  readonly #drops = new Counter({
    name: 'sidecar_injector_dropped_connections_total',
    help: 'Connections that were closed because they took too much, by server and reason.',
    labelNames: ['server', 'reason'] as const,
    registers: [this.#registry],
  });
  readonly #certificateExpiry = new Gauge({
    name: 'sidecar_injector_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires, in seconds since 1970.',
    registers: [this.#registry],
  });
  readonly #definitions = new Gauge({
    name: 'sidecar_injector_definitions',
    help: 'Files in the directory of definitions: loaded, or rejected as they are now.',
    labelNames: ['state'] as const,
    registers: [this.#registry],
  });
  readonly #reloads = new Counter({
    name: 'sidecar_injector_definition_reloads_total',
    help: 'Changes of the directory of definitions, by result.',
    labelNames: ['result'] as const,
    registers: [this.#registry],
  });

  readonly #namespaceReads = new Counter({
    name: 'sidecar_injector_namespace_reads_total',
    help: 'Namespaces that were read one by one, because the watched view did not do, by result.',
    labelNames: ['result'] as const,
    registers: [this.#registry],
  });
  #namespaceState = (): NamespaceState | undefined => undefined;
  readonly #rules = new Gauge({
    name: 'sidecar_injector_rules',
    help: 'Rules of the configuration: in force, or left out as the definitions are now.',
    labelNames: ['state'] as const,
    registers: [this.#registry],
  });

  constructor() {
    // Prometheus sees no increase in a counter that begins with its first event: the first one would raise no alert.
    for (const status of [500, 503]) this.#failures.inc({ status }, 0);
    for (const result of ['success', 'failure']) this.#reloads.inc({ result }, 0);
    const state = () => this.#namespaceState();
    new Gauge({
      name: 'sidecar_injector_namespaces',
      help: 'Namespaces that this replica knows.',
      registers: [this.#registry],
      collect() {
        setOrRemove(this, state()?.known);
      },
    });
    new Gauge({
      name: 'sidecar_injector_namespace_watch_silent_seconds',
      help: 'For how long the API server has told nothing of namespaces, not even that nothing has happened.',
      registers: [this.#registry],
      collect() {
        setOrRemove(this, state()?.silentSeconds);
      },
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  countDecision({ decision, reason, kind }: CountedDecision, seconds: number): void {
    const key = `${decision} ${reason} ${kind}`;
    let counted = this.#counted.get(key);
    if (counted === undefined) {
      const labels = { decision, reason, kind };
      counted = { decisions: this.#decisions.labels(labels), duration: this.#duration.labels({ decision }) };
      this.#counted.set(key, counted);
    }
    counted.decisions.inc();
    counted.duration.observe(seconds);
  }

  countFailure(status: number): void {
    this.#failures.inc({ status });
  }

  countDrop(server: string, reason: string): void {
    this.#drops.inc({ server, reason });
  }

  setCertificateExpiry(notAfter: Date): void {
    this.#certificateExpiry.set(notAfter.getTime() / 1000);
  }

  setDefinitions(loaded: number, rejected: number): void {
    this.#definitions.set({ state: 'loaded' }, loaded);
    this.#definitions.set({ state: 'rejected' }, rejected);
  }

  setRules(inForce: number, rejected: number): void {
    this.#rules.set({ state: 'in-force' }, inForce);
    this.#rules.set({ state: 'rejected' }, rejected);
  }

  countReload(result: 'success' | 'failure'): void {
    this.#reloads.inc({ result });
  }

  countNamespaceRead(result: 'success' | 'failure'): void {
    this.#namespaceReads.inc({ result });
  }

  /** Asked whenever somebody wants to know. */
  observeNamespaces(state: () => NamespaceState): void {
    this.#namespaceState = state;
  }

  /** Everything in the text format of Prometheus, with its content type. */
  async exposition(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

/** What there is nothing to say of is not told as zero. */
function setOrRemove(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
