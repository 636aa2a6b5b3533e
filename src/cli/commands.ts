import type { Command } from './command.ts';

/** A command as the overview names it. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** The commands, each loaded only when it is run: the webhook is to start fast and to hold no more than it needs. */
export const commands: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries({
    inject: {
      summary: 'puts sidecars into manifests, without a cluster',
      load: async () => (await import('./manifests/inject.ts')).inject,
    },
    uninject: {
      summary: 'takes sidecars out of manifests, or of a pod that was exported',
      load: async () => (await import('./manifests/uninject.ts')).uninject,
    },
    explain: {
      summary: 'says why an object gets a sidecar, or why not',
      load: async () => (await import('./diagnosis/explain.ts')).explain,
    },
    status: {
      summary: 'lists the sidecars of running pods: injected, outdated, bare',
      load: async () => (await import('./running-pods/status.ts')).status,
    },
    upgrade: {
      summary: 'moves the sidecars of running pods to the image of their definition',
      load: async () => (await import('./running-pods/upgrade.ts')).upgrade,
    },
    restart: {
      summary: 'restarts sidecars of running pods, and nothing else of them',
      load: async () => (await import('./running-pods/restart.ts')).restart,
    },
    check: {
      summary: 'looks at the installation in a cluster: what is well and what is not',
      load: async () => (await import('./diagnosis/check.ts')).check,
    },
    audit: {
      summary: 'looks through a cluster: bare, outdated, and what will be refused',
      load: async () => (await import('./diagnosis/audit.ts')).audit,
    },
    validate: {
      summary: 'checks definitions',
      load: async () => (await import('./definitions/validate.ts')).validate,
    },
    render: {
      summary: 'prints what a definition puts into a pod',
      load: async () => (await import('./definitions/render.ts')).render,
    },
    compile: {
      summary: 'makes admission policies of definitions, for clusters without the webhook',
      load: async () => (await import('./definitions/compile.ts')).compile,
    },
    serve: {
      summary: 'runs the admission webhook',
      load: async () => (await import('./serve/serve.ts')).serve,
    },
    version: {
      summary: 'tells the version of this program and of the injector in the cluster',
      load: async () => (await import('./version.ts')).version,
    },
    unregister: {
      summary: 'takes the webhook and the policies out of a cluster, before the rest is deleted',
      load: async () => (await import('./unregister.ts')).unregister,
    },
    certs: { summary: 'makes certificates', load: async () => (await import('./certs.ts')).certs },
    completion: {
      summary: 'prints a script that completes arguments in a shell',
      load: async () => (await import('./plugin/completion.ts')).completion,
    },
  } satisfies Record<string, CommandEntry>),
);
