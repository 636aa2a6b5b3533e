/**
 * A program that has the engine decide about many pods, no two of which ask for the same: `instances` with as many
 * sidecars each as four kilobytes of annotations can ask for, `long` with ten that have long values.
 */
import { createInjector } from '../../src/injection/inject.ts';
import { defaultPolicy, podWith, shippedSidecars } from '../injection-fixture.ts';

const kinds = {
  instances: { pods: 600, sidecars: 95, value: (index: number) => `http://a/${index}` },
  long: { pods: 3000, sidecars: 10, value: (index: number) => `https://a/${index}${'x'.repeat(340)}` },
} as const;

const { pods, sidecars, value } = kinds[process.argv[2] === 'long' ? 'long' : 'instances'];
const injector = createInjector(shippedSidecars, { ...defaultPolicy, maximumSidecars: 100 });
for (let index = 0; index < pods; index++) {
  const names = Array.from({ length: sidecars }, (_, number) => `sidecar.io/git-sync_${number.toString(36)}`);
  const decision = injector(podWith(Object.fromEntries(names.map(name => [name, value(index)]))));
  if (decision.outcome !== 'injected') throw new Error(JSON.stringify(decision));
}
process.stdout.write(`${pods} pods`);
