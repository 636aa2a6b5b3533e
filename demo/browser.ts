import { spawn } from 'node:child_process';
import { programsOnPath } from '../scripts/tools/programs-on-path.ts';

/** What shows a URL in the browser of this machine; undefined where nothing does, or nobody could see it. */
export function browserOpener(platform: string, env: NodeJS.ProcessEnv): string | undefined {
  const hasDisplay = platform === 'darwin' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  if (!hasDisplay) return undefined;
  return programsOnPath(platform === 'darwin' ? 'open' : 'xdg-open', env)[0];
}

/** Has a URL shown. Nothing is said where that fails: the URL is on the screen. */
export function openInBrowser(opener: string, url: string): void {
  const child = spawn(opener, [url], { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}
