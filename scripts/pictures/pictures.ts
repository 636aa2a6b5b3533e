/**
 * Makes the pictures that come from a run of the program: `npm run pictures`. What is drawn from files alone is written by
 * `npm run generate`.
 *
 *   npm run pictures                 all of them, in about three minutes
 *   npm run pictures -- playground   the page, in a Chromium
 *   npm run pictures -- dashboard    the dashboard, by a Prometheus
 */
import { writeFileSync } from 'node:fs';
import { layOutProgram } from '../../test/e2e/shipped-program.ts';
import { imageProcess } from '../dockerfile.ts';
import { dashboardPicture } from './dashboard/dashboard-picture.ts';
import { readPanels } from './dashboard/panels.ts';
import { takePictures } from './playground/take-pictures.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  playground: takePictures,
  dashboard: drawDashboard,
};
const names = process.argv.slice(2);
const unknown = names.find(name => !Object.hasOwn(parts, name));
if (unknown !== undefined) throw new Error(`no picture "${unknown}"; use ${Object.keys(parts).join(' or ')}`);
for (const [name, make] of Object.entries(parts))
  if (names.length === 0 || names.includes(name)) await make();

async function drawDashboard(): Promise<void> {
  const { program, remove } = layOutProgram();
  try {
    runAsImage(program);
    // What starts the webhook reads the environment when it is loaded.
    const { measureDashboard, shownSeconds } = await import('./dashboard/measure-dashboard.ts');
    const dashboard = dashboardPicture(await measureDashboard(readPanels()), shownSeconds);
    writeFileSync(new URL('../../docs/pictures/dashboard.svg', import.meta.url), dashboard);
  } finally {
    remove();
  }
}

/** The program as it is shipped, with the limits of memory that it has in the image. */
function runAsImage(file: string): void {
  const { nodeFlags, environment } = imageProcess();
  const flags = nodeFlags.filter(flag => process.allowedNodeEnvironmentFlags.has(flag));
  Object.assign(process.env, environment, {
    SIDECAR_INJECTOR_TEST_PROGRAM: file,
    NODE_OPTIONS: flags.join(' '),
  });
}
