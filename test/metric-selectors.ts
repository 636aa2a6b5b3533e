import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A metric as an expression of PromQL selects it: `up{job="x"}`. */
export interface MetricSelector {
  readonly metric: string;
  readonly matchers: readonly {
    readonly label: string;
    readonly isPattern: boolean;
    readonly value: string;
  }[];
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Dashboard {
  readonly templating: { readonly list: readonly DashboardVariable[] };
  readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[];
}

/** What a person chooses above the panels. */
interface DashboardVariable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

/** The alerts of the component `monitoring`. */
export function alerts(): readonly Alert[] {
  const { spec } = parse(readComponent('prometheus-rule.yaml'));
  return spec.groups.flatMap(({ rules }: { readonly rules: readonly Alert[] }) => rules);
}

/** The dashboard of the component `monitoring`. */
export function dashboard(): Dashboard {
  return JSON.parse(readComponent('sidecar-injector.json'));
}

/** Every metric that alerts and dashboard select. */
export function metricSelectors(): readonly MetricSelector[] {
  const shown = dashboard().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  return [...alerts().map(({ expr }) => expr), ...shown].flatMap(selectorsIn);
}

function readComponent(file: string): string {
  return readFileSync(new URL(`../deploy/components/monitoring/${file}`, import.meta.url), 'utf8');
}

function selectorsIn(expression: string): readonly MetricSelector[] {
  return [...expression.matchAll(/([a-z_]+)\{([^}]*)\}/g)].map(([, metric = '', inner = '']) => ({
    metric,
    matchers: [...inner.matchAll(/([a-z_]+)(=~?)"([^"]*)"/g)].map(([, label = '', operator, value = '']) => ({
      label,
      isPattern: operator === '=~',
      value,
    })),
  }));
}

/**
 * Whether a line of the text format of Prometheus is of a selected metric. Labels that Prometheus itself adds to what it
 * collects are left out.
 */
export function isSelected(line: string, { metric, matchers }: MetricSelector): boolean {
  const [, name, inner = ''] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
  if (name !== metric) return false;
  const labels = new Map(
    [...inner.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]),
  );
  return matchers
    .filter(({ label }) => !['namespace', 'job'].includes(label))
    .every(({ label, isPattern, value }) => {
      const found = labels.get(label);
      if (found === undefined) return false;
      return isPattern ? new RegExp(`^(?:${value})$`).test(found) : found === value;
    });
}
