import { isKnown } from '../diagnosis/fact.ts';
import {
  agreedClientCertificates,
  clientCertificatesInWords,
} from '../diagnosis/versions/client-certificates.ts';
import {
  type InjectorReading,
  type InjectorVersion,
  nameInForce,
} from '../diagnosis/versions/injector-version.ts';
import {
  type AnsweredReplica,
  answered,
  mismatches,
  nameOf,
  unanswered,
} from '../diagnosis/versions/told-versions.ts';
import { programVersion } from '../program-version.ts';
import { contextOption, kubeconfigOption } from './cluster-options.ts';
import { defineCommand, exitCodes } from './command.ts';
import { type ConnectedContext, type ContextOptions, connectToContext } from './connect-to-context.ts';
import { outputOption } from './output-option.ts';
import { print, tell } from './print.ts';
import { table } from './table.ts';

/** Tells the version of this program, and what the injector in the cluster has in force. */
export const version = defineCommand({
  name: 'version',
  description: `Tells the version of this program and, of the injector in the cluster, version and definitions in force,
each with its hash and image, and whether the API server shows it a client certificate. The injector is asked through the
proxy of the API server, which the Role sidecar-injector-status allows.

What does not fit together is told on standard error: this program with the injector, and replicas with each other.`,
  examples: [
    ['version', 'this program, and the injector in the cluster'],
    ['version --client', 'this program alone'],
    ['version -o json', 'for a program'],
  ],
  exits: { ok: 'all versions are told', failure: 'the injector could not be asked' },
  parser: parser =>
    parser
      .option('--client', 'this program alone, no cluster is asked')
      .addOption(contextOption)
      .addOption(kubeconfigOption)
      .addOption(outputOption(['text', 'json'])),
  run: async ({ options: { client: isClientAlone = false, output, ...choice } }) => {
    const show = (told?: Asked) => print(output === 'json' ? inJson(told) : inText(told));
    const connecting = isClientAlone ? undefined : connectUnlessNone(choice);
    const connected = await connecting?.catch(async (error: unknown) => {
      // What is known of this program is told whatever becomes of the rest.
      await show();
      throw error;
    });
    const asked = connected && (await ask(connected));
    await show(asked);
    return asked === undefined ? exitCodes.ok : tellTroubles(asked);
  },
});

const own = { version: programVersion, node: process.version };

/** Undefined where this machine knows of no cluster, and nobody has named one. */
async function connectUnlessNone(choice: ContextOptions): Promise<ConnectedContext | undefined> {
  const { NoKubeconfigError } = await import('../cluster/no-kubeconfig-error.ts');
  try {
    return await connectToContext(choice);
  } catch (error) {
    if (!(error instanceof NoKubeconfigError)) throw error;
    tell(`no cluster is asked: ${error.message}`);
    return undefined;
  }
}

/** What was learnt of the injector, or why the cluster does not answer. */
interface Asked {
  readonly context: string;
  readonly reading: InjectorReading | { readonly problem: string };
}

async function ask({ name, client }: ConnectedContext): Promise<Asked> {
  const { ApiError } = await import('../cluster/api-error.ts');
  const { readInjectorVersion } = await import('../cluster/injector-version.ts');
  try {
    return { context: name, reading: await readInjectorVersion(client) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { context: name, reading: { problem: error.message } };
  }
}

/** Says what is wrong, and how the command ends. */
function tellTroubles({ context, reading }: Asked): number {
  tell(`context ${context}`);
  if ('problem' in reading) {
    tell(`sidecar-injector: ${reading.problem}`);
    return exitCodes.failure;
  }
  const replicas = answered(reading);
  const silent = unanswered(reading);
  for (const problem of silent) tell(`sidecar-injector: ${problem}`);
  for (const mismatch of mismatches(own.version, replicas)) tell(mismatch);
  return silent.length > 0 ? exitCodes.failure : exitCodes.ok;
}

function inJson(asked: Asked | undefined): string {
  return `${JSON.stringify({ client: own, ...(asked && injectorInJson(asked)) }, undefined, 2)}\n`;
}

function injectorInJson({ context, reading }: Asked) {
  if ('problem' in reading) return { context, problem: reading.problem };
  const { namespace, replicas } = reading;
  if (!isKnown(replicas)) return { context, injector: { namespace, problem: replicas.unknown } };
  const list = replicas.value.map(({ pod, version: said }) => ({
    pod,
    ...(isKnown(said) ? said.value : { problem: said.unknown }),
  }));
  return {
    context,
    injector: { namespace, replicas: list },
    mismatches: mismatches(own.version, answered(reading)),
  };
}

function inText(asked: Asked | undefined): string {
  const client = `client: ${versionInWords(own)}\n`;
  if (asked === undefined || 'problem' in asked.reading) return client;
  const replicas = answered(asked.reading);
  // What they have seen so far differs with the reviews that came to each.
  const byAnswer = Map.groupBy(replicas, ({ version: { clientCertificates: _seen, ...said } }) =>
    JSON.stringify(said),
  );
  const certificates = agreedClientCertificates(replicas);
  const seen =
    certificates === undefined ? '' : `client certificates: ${clientCertificatesInWords(certificates)}\n`;
  return `${client}${[...byAnswer.values()].map(injectorInText).join('')}${seen}`;
}

/** Replicas that say the same, once. */
function injectorInText(replicas: readonly AnsweredReplica[]): string {
  const [first] = replicas;
  if (first === undefined) return '';
  const { version: said } = first;
  const where = first.pod === undefined ? '' : `, ${replicas.map(nameOf).join(', ')}`;
  const native = said.nativeSidecars ? 'native sidecars' : 'no native sidecars';
  const header = ['SIDECAR', 'HASH', 'IMAGE', 'FILE', 'PROBLEM'];
  const rows = said.definitions.map(definition => {
    const { hash = '', image = '', file, problem = '' } = definition;
    return [nameInForce(definition), hash, image, file, problem];
  });
  const columns = rows.some(row => row.at(-1) !== '') ? header.length : header.length - 1;
  const shown = [header, ...rows].map(row => row.slice(0, columns));
  return `injector: ${versionInWords(said)}, ${native}${where}\n${rows.length === 0 ? '' : table(shown)}`;
}

function versionInWords({ version: text, node }: Pick<InjectorVersion, 'version' | 'node'>): string {
  return `${text} (Node.js ${node})`;
}
