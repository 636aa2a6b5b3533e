import { describe, expect, it } from 'vitest';
import { type ChromiumFacts, chooseChromium } from '../../scripts/tools/chromium-choice.ts';

const nothing: ChromiumFacts = {
  ...{ named: undefined, isNamedThere: false, found: undefined },
  ...{ isInstallable: false, isRequired: false },
};

describe('chooseChromium', () => {
  it('uses what is on the PATH', () => {
    const found = '/usr/bin/chromium';
    const use = { do: 'use', path: found };
    expect(chooseChromium({ ...nothing, found })).toEqual(use);
    expect(chooseChromium({ ...nothing, found, isInstallable: true, isRequired: true })).toEqual(use);
  });

  it('prefers what somebody names', () => {
    const facts = { ...nothing, found: '/usr/bin/chromium', named: '/opt/chrome', isNamedThere: true };
    expect(chooseChromium(facts)).toEqual({ do: 'use', path: '/opt/chrome' });
  });

  it('takes no other in place of one that is named and not there', () => {
    const facts = { ...nothing, found: '/usr/bin/chromium', named: '/opt/chrome', isInstallable: true };
    expect(chooseChromium(facts)).toEqual({
      do: 'fail',
      reason: 'CHROMIUM_BIN is "/opt/chrome", which is no program; set it to the path of one',
    });
  });

  it('installs one where that can be done and somebody relies on it', () => {
    const facts = { ...nothing, isInstallable: true, isRequired: true };
    expect(chooseChromium(facts)).toEqual({ do: 'install' });
  });

  it.each([false, true])('installs nothing by itself, and says how to get one (can: %s)', isInstallable => {
    expect(chooseChromium({ ...nothing, isInstallable })).toMatchObject({
      do: 'skip',
      reason: expect.stringMatching(/^none of chromium, .* is on the PATH; install one .*CHROMIUM_BIN/),
    });
  });

  it('fails there where somebody relies on it, and none can be had', () => {
    expect(chooseChromium({ ...nothing, isRequired: true })).toMatchObject({ do: 'fail' });
  });
});
