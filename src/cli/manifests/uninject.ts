import { uninjectObject } from '../../written-objects/uninject-object.ts';
import { type Command, defineCommand } from '../command.ts';
import { loadConfiguration } from '../load-engine.ts';
import { findManifests } from './find-manifests.ts';
import {
  isInputMissing,
  type ManifestOptions,
  manifestChoice,
  manifestSections,
  withManifestOptions,
} from './manifest-options.ts';
import { missingInput } from './missing-input.ts';
import { runManifests } from './run-manifests.ts';

/** Takes sidecars out of manifests. */
export const uninject: Command = defineCommand({
  name: 'uninject',
  description: `Takes out of manifests what an injector has put into them, and nothing else: what sidecar.io/status names,
wherever it was asked for, and the annotations that were carried into a pod template. What is left of the output of "inject" is its input, byte for
byte. No definition is needed. Pods and workloads that were read from a cluster may be given too.`,
  examples: [
    ['uninject -f web.yaml', 'the manifests without their sidecars'],
    ['uninject -f k8s/ --write', 'edits all manifests below a directory'],
    ['uninject -f pod.yaml --output diff', 'shows what would change'],
  ],
  sections: manifestSections,
  exits: {
    ok: 'done, whether something was to be done or not',
    failure: 'a manifest cannot be read, edited or written, or a status cannot be read',
    findings: 'with --check: a file would change',
  },
  parser: parser =>
    withManifestOptions(parser)
      .option('--sidecars <dir>', 'taken as "inject" takes it; what is taken out stands in the manifest')
      .option('--annotations-only', 'taken as "inject" takes it; what is taken out stands in the manifest'),
  run: ({ operands: [paths], options, program }) =>
    isInputMissing(options, paths) ? missingInput(uninject, program) : run(paths, options),
});

interface UninjectOptions extends ManifestOptions {
  readonly config?: string | undefined;
}

async function run(paths: readonly string[], options: UninjectOptions): Promise<number> {
  const choice = manifestChoice(options, paths);
  const { workloadKinds } = await loadConfiguration({ config: options.config });
  const sources = await findManifests(choice.paths);
  return runManifests(choice, sources, object => uninjectObject(object, workloadKinds));
}
