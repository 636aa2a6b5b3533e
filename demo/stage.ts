import { say, type Terminal } from './transcript.ts';

/** What the story is played on. */
export interface Stage {
  readonly terminal: Terminal;
  /** What is checked out. */
  readonly repository: string;
  /** How the page is seen; what is missing where nothing can run that would show it. */
  readonly site: Site | { readonly missing: string };
  /** Where the playground is served; undefined where the injector is in a cluster. */
  readonly playground: string | undefined;
  /** Whether the injector is the one of this project, and not one that the cluster had before. */
  readonly hasOwnInjector: boolean;
  /** An image with busybox: its httpd is the app. */
  readonly image: string;
  /** Takes everything away that was brought. */
  readonly close: () => Promise<void>;
}

/** A site that comes from a repository that can be pushed to. */
export interface Site {
  /** From which a push goes to the repository. */
  readonly workingCopy: string;
  /** Whether the containers of the pod are run by a cluster. */
  readonly isOnCluster: boolean;
  /** Brings the page of the newest pod of the app to this machine; resolves with its URL. */
  readonly open: () => Promise<string>;
}

/** Says that nothing here can run the pod, and how that is changed. */
export function sayNoPage(missing: string): void {
  say(`No page is shown: nothing here can run the pod, because ${missing}`);
}

/** The image that `site.yaml` names. */
export const defaultImage = 'busybox:1.37';
