import type { Terminal } from './transcript.ts';

/** What the story is played on. */
export interface Stage {
  readonly terminal: Terminal;
  /** What is checked out. */
  readonly repository: string;
  /** The working copy from which a push goes to the repository; undefined where no pod runs that could show it. */
  readonly workingCopy: string | undefined;
  /** Whether the injector is the one of this project, and not one that the cluster had before. */
  readonly hasOwnInjector: boolean;
  /** An image with busybox: its httpd is the app. */
  readonly image: string;
  /** Takes everything away that was brought. */
  readonly close: () => Promise<void>;
}

/** The image that `site.yaml` names. */
export const defaultImage = 'busybox:1.37';
