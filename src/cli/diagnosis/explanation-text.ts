import { contentText } from '../../diagnosis/explanation/content-text.ts';
import type {
  ExplainedPod,
  ExplainedSidecar,
  Explanation,
  LeftOut,
  Told,
} from '../../diagnosis/explanation/explanation.ts';
import { podProblems } from '../../diagnosis/explanation/pods-of.ts';
import type { OtherInjector } from '../../injection/status/pod-status.ts';
import { oneLine } from '../../shown-text.ts';

/** An explanation with what it is about. */
export interface ExplainedObject extends Explanation {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Where it is written. */
  readonly file?: string;
  readonly line?: number;
  /** What could not be looked at, in words. */
  readonly unknown?: readonly string[];
}

/** An explanation as a person reads it: the verdict, then why, then what to do. */
export function explanationText(explained: ExplainedObject): string {
  const { sidecars, problems, warnings, leftOut = [], pods = [], unknown = [] } = explained;
  const lines = [
    `${nameOf(explained)}: ${verdictOf(explained)}`,
    ...[...problems, ...ofPodsAlone(explained)].flatMap(problemLines),
    ...sidecars.flatMap(sidecarLines),
    ...leftOut.map(leftOutLine),
    // The verdict says it.
    ...warnings.filter(({ code }) => code !== 'pods-change').flatMap(warningLines),
    ...podLines(pods),
    ...unknown.map(line => entry('unknown', line)),
  ];
  return `${lines.map(line => oneLine(line, maxLineLength)).join('\n')}\n`;
}

const maxLineLength = 2000;

/** What is wrong with new pods too is told once. */
function ofPodsAlone({ problems, pods = [] }: ExplainedObject): readonly Told[] {
  const told = new Set(problems.map(({ code }) => code));
  return podProblems(pods).filter(({ code }) => !told.has(code));
}

function nameOf({ kind, name, file, line }: ExplainedObject): string {
  const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  return `${kind.toLowerCase()}/${name}${place}`;
}

function verdictOf(explained: ExplainedObject): string {
  const { verdict, reason, kind, sidecars, problems, leftOut = [], pods = [] } = explained;
  if (kind === 'Namespace') return namespaceVerdict(explained);
  const names = sidecars.map(({ container }) => container).join(', ');
  const codes = [...new Set(problems.map(({ code }) => code))].join(', ');
  switch (verdict) {
    case 'injected':
      return `has ${names}`;
    case 'would-be-injected':
      return kind === 'Pod' ? `would get ${names}` : `new pods get ${names}${exceptions(pods)}`;
    case 'not-requested':
      return `no sidecar, because ${leftOut.length > 0 ? 'it is left out' : 'nothing asks for one'} (${reason})`;
    case 'prevented':
      return `${shortfall(sidecars)} (${codes})`;
  }
}

/** What its pods get stands in a warning, as it is told to who writes it. */
function namespaceVerdict({ problems, warnings }: ExplainedObject): string {
  const codes = [...new Set(problems.map(({ code }) => code))].join(', ');
  if (problems.length > 0) return `not as it has to be (${codes})`;
  const news = warnings.filter(({ code }) => code === 'pods-change').map(({ message }) => message);
  return news.length > 0 ? news.join('; ') : 'asks for nothing';
}

/** What is there although not all is. */
function shortfall(sidecars: readonly ExplainedSidecar[]): string {
  const names = (list: readonly ExplainedSidecar[]) => list.map(({ container }) => container).join(', ');
  const present = sidecars.filter(({ isPresent }) => isPresent);
  const absent = sidecars.filter(({ isPresent }) => !isPresent);
  if (present.length === 0) return 'no sidecar';
  return absent.length === 0
    ? `has ${names(present)}, but not as its annotations ask`
    : `has ${names(present)}, but not ${names(absent)}`;
}

/** The pods that run and are not what new ones will be. */
function exceptions(pods: readonly ExplainedPod[]): string {
  const without = pods.filter(({ problems }) => problems.length > 0);
  if (without.length === 0) return '';
  const codes = new Set(without.flatMap(({ problems }) => problems.map(({ code }) => code)));
  return `, but ${without.length} of ${pods.length} running pods have not (${[...codes].join(', ')})`;
}

function problemLines({ code, message, advice }: Told): readonly string[] {
  return [
    ...message.split('\n').map((line, index) => entry(index === 0 ? 'why' : '', `${line} (${code})`)),
    ...(advice === undefined ? [] : [entry('do', advice)]),
  ];
}

function warningLines({ code, message, advice }: Told): readonly string[] {
  return [entry('warning', `${message} (${code})`), ...(advice === undefined ? [] : [entry('do', advice)])];
}

function sidecarLines(sidecar: ExplainedSidecar): readonly string[] {
  const { container, mode, image, version, by, annotations = [], content } = sidecar;
  const asked = askedBy(sidecar);
  const others = annotations.slice(1).map(({ key, on }) => `${key} (${on})`);
  const parts = [
    `${container}: mode ${mode}`,
    ...(image === undefined ? [] : [`image ${image}`]),
    ...(version === undefined ? [] : [`${version} version`]),
    ...(by === undefined ? [] : [injectors[by]]),
    ...asked,
  ];
  return [
    entry('sidecar', parts.join(', ')),
    ...(others.length === 0 ? [] : [entry('set', others.join(', '))]),
    ...(content ? [entry('content', contentText(container, content))] : []),
  ];
}

/** Who put a sidecar in, where it was not the webhook. */
const injectors: Readonly<Record<OtherInjector, string>> = {
  inject: 'written into the manifest by sidecar-injector inject',
  policy: 'put in by a policy of the API server',
};

function leftOutLine({ container, from, annotation, on }: LeftOut): string {
  return entry('left out', `${container}: ${from} asks for it, and ${annotation} on ${on} is "false"`);
}

function askedBy({ annotation, annotatedOn }: ExplainedSidecar): readonly string[] {
  if (annotatedOn === undefined) return [];
  return [`asked for by ${annotation === undefined ? annotatedOn : `${annotation} on ${annotatedOn}`}`];
}

function podLines(pods: readonly ExplainedPod[]): readonly string[] {
  if (pods.length === 0) return [];
  const counts = states.flatMap(state => {
    const count = pods.filter(pod => pod.state === state).length;
    return count === 0 ? [] : [`${count} ${words[state]}`];
  });
  return [entry('running', `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}: ${counts.join(', ')}`)];
}

const words = {
  injected: 'injected',
  outdated: 'outdated',
  bare: 'bare',
  'not-requested': 'of a template that asked for none',
} as const satisfies Readonly<Record<ExplainedPod['state'], string>>;

const states = Object.keys(words) as readonly ExplainedPod['state'][];

function entry(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)} ${text}`;
}

const labelWidth = 8;
