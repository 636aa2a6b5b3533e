import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram } from '../../scripts/tools/is-program.ts';
import { shippedSidecars } from '../injection-fixture.ts';

/** The programs of the sidecars, by the name of the sidecar: paths of executables. */
export type Programs = Readonly<Record<string, string>>;

/** How the programs are called in the cache; the version is that of the image. */
const names: Readonly<Record<string, string>> = {
  'log-collector': 'otelcol',
  'statsd-exporter': 'statsd_exporter',
  'tls-proxy': 'ghostunnel',
};

const buildScript = fileURLToPath(new URL('../cluster/sidecars/build.sh', import.meta.url));

/**
 * Finds the programs in the cache, or builds them into it with Go.
 *
 * @throws Error where the build fails, or makes other versions than the images have.
 */
export function findPrograms(): Programs | { readonly missing: string } {
  const directory = join(homedir(), '.cache/sidecar-injector/sidecars');
  const programs = Object.fromEntries(
    Object.entries(names).map(([sidecar, name]) => [
      sidecar,
      join(directory, `${name}-${imageVersion(sidecar)}`),
    ]),
  );
  const missing = () => Object.values(programs).filter(path => !isProgram(path));
  if (missing().length === 0) return programs;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    return {
      missing: `no ${missing().join(', ')}; install Go 1.26 or later, with which they are built once`,
    };
  }
  const { status } = spawnSync(buildScript, [directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0 && missing().length === 0) return programs;
  throw new Error(
    `test/cluster/sidecars/build.sh did not make ${missing().join(', ')}: does go.mod name the version of the image?`,
  );
}

function imageVersion(sidecar: string): string {
  const container = shippedSidecars.sidecars.get(sidecar)?.container;
  const fields = container?.kind === 'map' ? new Map(container.entries) : new Map();
  const image = fields.get('image');
  const tag = image?.kind === 'literal' ? /:v?([\d.]+)(-\w+)?$/.exec(String(image.value))?.[1] : undefined;
  if (tag === undefined) throw new Error(`sidecars/${sidecar}.yaml: no version in the image`);
  return tag;
}
