import { describe, expect, it } from 'vitest';
import { engineOf } from '../../../src/playground/engine.ts';
import { annotateCommand, patchCommand } from '../../../src/playground/kubectl-command.ts';
import { showManifest } from '../../../src/playground/show-manifest.ts';
import { playgroundExamples, podYaml, shippedEngine, shippedState } from '../../playground-fixture.ts';

function commandsFor(text: string, engine = shippedEngine) {
  const shown = showManifest(text, engine).objects.find(({ making }) => making !== undefined);
  return shown && { annotate: annotateCommand(shown, engine), patch: patchCommand(shown) };
}

describe('the kubectl commands', () => {
  it('annotate a workload that is there, in its namespace', () => {
    expect(commandsFor(playgroundExamples.get('05-namespace.yaml') ?? '')?.annotate).toBe(
      "kubectl annotate --namespace shop --overwrite deployment/cart 'sidecar.io/log-collector=/logs/*.log' sidecar.io/statsd-exporter.inject=false",
    );
  });

  it('annotate no pod, which gets a sidecar only when it is created', () => {
    const commands = commandsFor(podYaml('sidecar.io/statsd-exporter: "true"'));
    expect(commands?.annotate).toBeUndefined();
    expect(commands?.patch).toMatch(
      /^kubectl patch --local --filename pod-web\.yaml --type json --patch '\[/,
    );
  });

  it('are none where nothing is asked for', () => {
    expect(commandsFor(podYaml())).toEqual({ patch: undefined, annotate: undefined });
  });

  it('hold a quote of the text as a shell takes it', () => {
    const text = (playgroundExamples.get('01-site.yaml') ?? '').replace(': html', ': "it\'s"');
    expect(commandsFor(text)?.annotate).toContain("'sidecar.io/git-sync.link=it'\\''s'");
  });

  it('annotate no Job, whose template cannot change', () => {
    expect(commandsFor(playgroundExamples.get('02-job.yaml') ?? '')?.annotate).toBeUndefined();
  });

  it('annotate nothing that has no name yet', () => {
    const text = (playgroundExamples.get('01-site.yaml') ?? '').replace('name: web', 'generateName: web-');
    expect(commandsFor(text)?.annotate).toBeUndefined();
  });

  it('annotate nothing where the injector leaves workloads alone', () => {
    const engine = engineOf({ ...shippedState, workloads: 'off' }, []);
    expect(commandsFor(playgroundExamples.get('01-site.yaml') ?? '', engine)?.annotate).toBeUndefined();
  });

  it('name the whole object, however long its name is', () => {
    const name = `a${'b'.repeat(200)}`;
    const text = (playgroundExamples.get('01-site.yaml') ?? '').replace('name: web', `name: ${name}`);
    expect(commandsFor(text)?.annotate).toContain(` deployment/${name} `);
  });
});
