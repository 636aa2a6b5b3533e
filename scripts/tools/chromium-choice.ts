/** What is known of a machine before a browser is looked for any further. */
export interface ChromiumFacts {
  /** `CHROMIUM_BIN`: the program that somebody wants to be used. */
  readonly named: string | undefined;
  /** Whether the program of that name is there. */
  readonly isNamedThere: boolean;
  /** The first on the PATH. */
  readonly found: string | undefined;
  /** Whether it can be installed: as root, on a system with apt and a package of Chromium. */
  readonly isInstallable: boolean;
  /** Whether somebody relies on it, as the gate does: there one is installed, and to have none is a failure. */
  readonly isRequired: boolean;
}

/** Where a Chromium comes from. */
export type ChromiumChoice =
  | { readonly do: 'use'; readonly path: string }
  | { readonly do: 'install' }
  | { readonly do: 'skip' | 'fail'; readonly reason: string };

/**
 * Decides it. What somebody has named is used or a failure, and nothing is installed on a machine of which nobody said that it
 * must have one: either would be a surprise.
 */
export function chooseChromium(facts: ChromiumFacts): ChromiumChoice {
  const { named, isNamedThere, found, isInstallable, isRequired } = facts;
  if (named !== undefined) {
    if (isNamedThere) return { do: 'use', path: named };
    return {
      do: 'fail',
      reason: `CHROMIUM_BIN is "${named}", which is no program; set it to the path of one`,
    };
  }
  if (found !== undefined) return { do: 'use', path: found };
  if (!isRequired) return { do: 'skip', reason: howToGetOne };
  return isInstallable ? { do: 'install' } : { do: 'fail', reason: howToGetOne };
}

/** Programs that will do, the best known first. */
export const chromiumNames: readonly string[] = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
];

const howToGetOne = `none of ${chromiumNames.join(', ')} is on the PATH; install one (on Debian by "apt-get install chromium"), or set CHROMIUM_BIN to its path`;
