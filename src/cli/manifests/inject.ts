import { Option } from '@commander-js/extra-typings';
import { inNamespace } from '../../injection/in-namespace.ts';
import type { Labels } from '../../kubernetes/label-selector.ts';
import { sourcesAmong } from '../../namespaces/sources-of.ts';
import { injectObject } from '../../written-objects/inject-object.ts';
import { namespaceOf } from '../../written-objects/namespace-of.ts';
import { namespacesOption, offlineSidecarsOption } from '../cluster-options.ts';
import { type Command, defineCommand } from '../command.ts';
import { loadEngine } from '../load-engine.ts';
import { tell } from '../print.ts';
import { repeatableOption } from '../repeatable-option.ts';
import { readAnnotationSettings } from './annotation-settings.ts';
import { findManifests } from './find-manifests.ts';
import {
  isInputMissing,
  type ManifestOptions,
  manifestChoice,
  manifestSections,
  withManifestOptions,
} from './manifest-options.ts';
import { missingInput } from './missing-input.ts';
import { namespacesAmong } from './namespaces-among.ts';
import { readNamespaces } from './read-namespaces.ts';
import { runManifests } from './run-manifests.ts';

/** Puts sidecars into manifests, as the webhook puts them into pods. */
export const inject: Command = defineCommand({
  name: 'inject',
  description: `Puts sidecars into manifests of pods and of workloads, as the webhook puts them into pods: no cluster is
asked. The text is edited where it has to be, and all else stays as it is, byte for byte; what is neither a pod nor a
workload passes untouched. What becomes of each object is told on standard error.

Annotations of a Namespace that is labelled sidecar.io/inject=enabled count for the objects in it. Namespaces are found among
the objects that are injected, and in the file that --namespaces names; none is changed. Rules of the configuration count too.

The annotations of a workload are carried into its pod template. An object that is refused fails its file, of which
nothing is printed or written.

Native sidecars are taken to be available unless the configuration says "nativeSidecars: never", for there is no server to
ask.`,
  examples: [
    ['inject -f web.yaml', 'the manifests with their sidecars'],
    ['inject -f k8s/ --write', 'edits all manifests below a directory'],
    ['inject -f k8s/ --check', 'names the files that would change'],
    [
      'inject -f web.yaml --annotate sidecar.io/git-sync=https://github.com/org/site.git',
      'asks for a sidecar first',
    ],
    ['inject -f web.yaml --output diff', 'shows what would change'],
    [
      'inject -f web.yaml --namespaces namespaces.yaml -n shop',
      'with what namespace shop asks for, where the manifest names none',
    ],
  ],
  sections: manifestSections,
  exits: {
    ok: 'done, whether something was to be done or not',
    failure: 'a manifest cannot be read, edited or written, or an object is refused',
    findings: 'with --check: a file would change',
  },
  parser: parser =>
    withManifestOptions(parser)
      .addOption(
        repeatableOption('--annotate <key=value>', 'an annotation to add to every pod and workload first'),
      )
      .addOption(annotationsOnlyOption)
      .addOption(namespacesOption)
      .addOption(homeOption)
      .addOption(offlineSidecarsOption),
  run: ({ operands: [paths], options, program }) =>
    isInputMissing(options, paths) ? missingInput(inject, program) : run(paths, options),
});

const annotationsOnlyOption = new Option(
  '--annotations-only',
  'write the annotations that the webhook needs, carried into the template, and leave the rest to the webhook',
);

const homeOption = new Option(
  '-n, --namespace <name>',
  'the namespace of objects that name none (default: default)',
);

interface InjectOptions extends ManifestOptions {
  readonly annotate?: readonly string[] | undefined;
  readonly annotationsOnly?: true | undefined;
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
  readonly namespaces?: string | undefined;
  readonly namespace?: string | undefined;
}

async function run(paths: readonly string[], options: InjectOptions): Promise<number> {
  const choice = manifestChoice(options, paths);
  const { config, sidecars, injector, rules, leftOut } = await loadEngine(options, 'inject');
  const { unknownSidecars, workloadKinds } = config;
  const { broken, sidecars: known } = sidecars;
  const annotations = readAnnotationSettings(options.annotate ?? [], {
    ...{ sidecars: known, broken, unknownSidecars },
  });
  const extent = options.annotationsOnly ? 'annotations' : 'all';
  for (const line of leftOut) tell(line);
  const namespaces = await readNamespaces(config.namespaces);
  const { sources, namespaces: own } = await namespacesAmong(await findManifests(choice.paths));
  const sourcesOf = sourcesAmong(new Map([...namespaces, ...own]), rules);
  return runManifests(choice, sources, object => {
    const home = namespaceOf(object) ?? options.namespace ?? 'default';
    const inherited = (podLabels: Labels) => sourcesOf(home, podLabels);
    const there = inNamespace(injector, home);
    return injectObject(object, { injector: there, workloadKinds, annotations, extent, inherited });
  });
}
