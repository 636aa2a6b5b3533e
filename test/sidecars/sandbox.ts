import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, inject as provided } from 'vitest';
import { placedContainers } from '../../src/kubernetes/containers.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { podAfter, podWith } from '../injection-fixture.ts';
import { TestProcess } from '../integration/webhook-process.ts';
import { withMovedPaths } from '../pod-paths.ts';

/** The fields of an injected container that make a process. */
interface ProcessContainer {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export const programs = provided('programs');

/** A suite that is skipped where the programs of the sidecars are not there. */
export const describeWithPrograms = describe.skipIf(programs === undefined);

/** Waits until a check holds, for twenty seconds. */
export const patience = { timeout: 20_000, interval: 50 };

/**
 * Runs injected containers as processes, with exactly the arguments and variables that the injector renders. Two things
 * stand for what a pod would give them: directories below one of the sandbox for the volumes, and loopback for the
 * pod's addresses.
 */
export class Sandbox {
  readonly #directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-sandbox-'));

  constructor() {
    onTestFinished(() => rmSync(this.#directory, { recursive: true, force: true }));
  }

  /** Where a path of the pod is here. */
  path(podPath: string): string {
    return join(this.#directory, podPath);
  }

  /** Writes a file at a path of the pod. */
  write(podPath: string, text: string): void {
    mkdirSync(join(this.path(podPath), '..'), { recursive: true });
    writeFileSync(this.path(podPath), text);
  }

  /** Starts the container of a sidecar in the pod that these annotations make. */
  start(annotations: Readonly<Record<string, string>>, spec: Partial<Pod['spec']> = {}): TestProcess {
    return this.startIn(podAfter(podWith(annotations, spec)));
  }

  startIn({ spec }: Pod): TestProcess {
    const container = placedContainers(spec)
      .map(({ container }) => container as unknown as ProcessContainer)
      .find(({ name }) => programs && name in programs);
    if (container === undefined)
      throw new Error('the pod has no container of a sidecar whose program is here');
    const program = programs?.[container.name] ?? '';
    const mounts = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
    for (const mount of mounts) mkdirSync(this.path(mount), { recursive: true });
    const here = (text: string) => this.#localized(text, mounts);
    const env = Object.fromEntries(
      (container.env ?? []).map(({ name, value, valueFrom }) => [
        name,
        here(value ?? `<${valueFrom?.fieldRef?.fieldPath}>`),
      ]),
    );
    return new TestProcess(program, (container.args ?? []).map(here), { env });
  }

  /** As the kubelet would hand a text over, with the paths and addresses of the sandbox. */
  #localized(text: string, mounts: readonly string[]): string {
    const expanded = text.replaceAll('$$', '$');
    const moved = withMovedPaths(expanded, new Map(mounts.map(mount => [mount, this.path(mount)])));
    return moved.replace(/(?<==|^|http:\/\/|"endpoint":"):(?=\d+)/g, '127.0.0.1:');
  }
}

/** Waits until a process has printed something. */
export async function printed(process: TestProcess, text: string | RegExp): Promise<void> {
  await expect
    .poll(() => (process.hasEnded ? `ended: ${process.stdout}${process.stderr}` : process.stdout), patience)
    .toMatch(text);
}
