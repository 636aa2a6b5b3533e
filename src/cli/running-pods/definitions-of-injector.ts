import type { ApiClient } from '../../cluster/api-client.ts';
import { names } from '../../cluster/names.ts';
import { clusterDefinitions } from '../../diagnosis/cluster-definitions.ts';
import { isKnown } from '../../diagnosis/fact.ts';
import type { AgreedDefinitions } from '../../diagnosis/versions/agreed-definitions.ts';
import { compareDefinitions, differencesInWords } from '../../diagnosis/versions/compare-definitions.ts';
import { definitionsByHash, type FoundDefinitions } from '../../diagnosis/versions/definitions-by-hash.ts';
import { definitionsInForce } from '../../diagnosis/versions/definitions-in-force.ts';
import { nameInForce } from '../../diagnosis/versions/injector-version.ts';
import { InjectorError } from '../../injector-error.ts';
import { oneLine } from '../../shown-text.ts';
import { readSidecarFiles } from '../../sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../sidecars/sidecar-set.ts';
import { shippedFile } from '../shipped-file.ts';
import { askInjector, elsewhere } from './ask-injector.ts';
import type { DefinitionsQuestion, PodDefinitions } from './pod-definitions.ts';

type Client = Pick<ApiClient, 'request'>;

/**
 * The definitions that the injector in a cluster has in force. It tells hash and image of each; their texts are those of
 * its ConfigMap or, for who may not read that, of the definitions here, of which only those with the same hash count.
 *
 * @throws InjectorError where it does not have in force what is found.
 */
export async function definitionsOfInjector(
  question: DefinitionsQuestion,
  inForce: AgreedDefinitions,
): Promise<PodDefinitions> {
  const { client, context, config } = question;
  const { set, missing, unreadable } = await findTexts(question, inForce);
  if (missing.length > 0)
    throw new InjectorError(`context ${context}: ${notFound(inForce.namespace, missing, unreadable)}`);
  const ours = definitionsInForce(set, config);
  const images = differencesInWords(compareDefinitions(ours, inForce.definitions), [
    'by the settings here',
    'in force',
  ]);
  if (images !== undefined)
    throw new InjectorError(`context ${context}: ${otherImages(images, question.unknownSettings)}`);
  return {
    set,
    comparedWith: `what the injector in namespace ${inForce.namespace} has in force`,
    notes: inForce.silent.map(problem => `not asked: ${problem}`),
    otherDefinitions: Promise.resolve(undefined),
    whyStop: () => whyStop(client, inForce),
  };
}

interface Texts extends FoundDefinitions {
  /** Why the ConfigMap could not be read, in words. */
  readonly unreadable: string | undefined;
}

/** What lies here is only looked at where the ConfigMap does not have it all. */
async function findTexts(
  { client, config, directory: ours }: DefinitionsQuestion,
  inForce: AgreedDefinitions,
): Promise<Texts> {
  const { storedDefinitions } = await import('../../cluster/installation/stored-definitions.ts');
  const { definitions: wanted, namespace } = inForce;
  const definitions = await storedDefinitions(client, namespace);
  const unreadable = isKnown(definitions) ? undefined : definitions.unknown;
  const stored = clusterDefinitions({ definitions }, config);
  const found = definitionsByHash(wanted, [stored]);
  if (found.missing.length === 0) return { ...found, unreadable };
  const here = await Promise.all(
    [ours, shippedFile('sidecars')].map(async (directory): Promise<SidecarSet> => {
      const files = await readSidecarFiles(directory).catch(() => []);
      return nextSidecarSet(emptySidecarSet, files, config);
    }),
  );
  return { ...definitionsByHash(wanted, [...here, stored]), unreadable };
}

function notFound(
  namespace: string,
  missing: FoundDefinitions['missing'],
  unreadable: string | undefined,
): string {
  const shown = missing.slice(0, maxTold).map(definition => {
    const { hash, file, problem } = definition;
    const wrong = problem === undefined ? '' : `; ${file} is wrong as it is now: ${problem}`;
    return `${nameInForce(definition)} (${hash}${wrong})`;
  });
  const more = missing.length > maxTold ? ` and ${missing.length - maxTold} more` : '';
  const where = `ConfigMap ${namespace}/${names.definitions}`;
  const why =
    unreadable === undefined
      ? `${where} has another one, and it takes about a minute until a change is in force`
      : `${where}: ${unreadable}`;
  return `the injector has definitions in force whose text is not found: ${shown.join(', ')}${more}; ${why}; ${elsewhere}`;
}

const maxTold = 10;

function otherImages(images: string, unknownSettings: readonly string[]): string {
  const why = unknownSettings.map(line => `; ${oneLine(line, 400)}`).join('');
  return `other images are in force than the settings here give: ${images}${why}; name the configuration of serve: --config FILE`;
}

async function whyStop(client: Client, before: AgreedDefinitions): Promise<string | undefined> {
  const now = await askInjector(client);
  if (!isKnown(now)) return `what the injector has in force is not known any more: ${now.unknown}`;
  const words = differencesInWords(compareDefinitions(before.definitions, now.value.definitions), [
    'before',
    'now',
  ]);
  return words && `the injector has other definitions in force meanwhile: ${words}; run it again`;
}
