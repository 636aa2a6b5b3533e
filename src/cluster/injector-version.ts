import { type Fact, isKnown, known, unknown } from '../diagnosis/fact.ts';
import {
  type ClientCertificates,
  certificatesShown,
  type DefinitionInForce,
  type InjectorReading,
  type InjectorVersion,
  type ReplicaVersion,
} from '../diagnosis/versions/injector-version.ts';
import { at, isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { oneLine } from '../shown-text.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { listObjects } from './list-objects.ts';
import { names } from './names.ts';
import { namespaceOfInjector } from './namespace-of-injector.ts';
import { readRegistration } from './registration.ts';

type Client = Pick<ApiClient, 'request'>;

/**
 * Asks the injector in a cluster what it has in force, through the proxy of the API server: each replica by the name of
 * its pod where whoever asks may do that, else through the Service, which is what the Role `sidecar-injector-status` lets
 * people do. Never rejects because of what the API server answers.
 */
export async function readInjectorVersion(client: Client): Promise<InjectorReading> {
  // The usual one for who may not read it, too.
  const namespace = namespaceOfInjector(await readRegistration(client).catch(ifRefused(undefined)));
  const place = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const byPod = await askPods(client, place);
  if (byPod !== undefined) return { namespace, replicas: byPod };
  return { namespace, replicas: await askService(client, place, namespace) };
}

/** Undefined where the Service has to be asked: whoever asks may not reach the pods, or none of them runs. */
async function askPods(client: Client, place: string): Promise<Fact<readonly ReplicaVersion[]> | undefined> {
  const query = { labelSelector: `app.kubernetes.io/name=${names.service}` };
  const pods = await listObjects(client, `${place}/pods`, query).catch(ifRefused([]));
  const running = pods.filter(isRunning).slice(0, maxReplicas);
  const versions = await Promise.all(running.map(pod => askPod(client, place, pod)));
  const isForbidden = versions.some(({ version }) => !isKnown(version) && version.isForbidden);
  return versions.length === 0 || isForbidden ? undefined : known(versions);
}

/** As many as anybody has, and few enough for the time that those take which do not answer. */
const maxReplicas = 10;

function isRunning({ metadata, status }: JsonObject): boolean {
  return at(status, ['phase']) === 'Running' && at(metadata, ['deletionTimestamp']) === undefined;
}

async function askPod(client: Client, place: string, pod: JsonObject): Promise<ReplicaVersion> {
  const name = String(at(pod, ['metadata', 'name']));
  const path = `${place}/pods/http:${encodeURIComponent(name)}:${statusPortOf(pod)}/proxy/version`;
  return { pod: name, version: await ask(client, path, `pod ${name}`) };
}

/** The proxy takes no names of ports. */
function statusPortOf({ spec }: JsonObject): number {
  const containers = at(spec, ['containers']);
  const ports = (Array.isArray(containers) ? containers : []).flatMap(container => {
    const list = at(container, ['ports']);
    return Array.isArray(list) ? list : [];
  });
  const port = ports.find(candidate => at(candidate, ['name']) === names.statusPort);
  return Number(at(port, ['containerPort']) ?? 8080);
}

/** Asks several times: each question may reach another replica, and only what they answer tells them apart. */
async function askService(
  client: Client,
  place: string,
  namespace: string,
): Promise<Fact<readonly ReplicaVersion[]>> {
  const path = `${place}/services/http:${names.statusService}:${names.statusPort}/proxy/version`;
  const answers = new Map<string, ReplicaVersion>();
  for (let count = 0; count < questions; count++) {
    const version = await ask(client, path, `Service ${names.statusService} in namespace ${namespace}`);
    if (!isKnown(version)) return answers.size === 0 ? version : known([...answers.values()]);
    answers.set(JSON.stringify(version), { pod: undefined, version });
  }
  return known([...answers.values()]);
}

/** Of two replicas one is missed once in sixteen times. */
const questions = 5;

async function ask(client: Client, path: string, whom: string): Promise<Fact<InjectorVersion>> {
  try {
    const version = readVersion(await client.request({ method: 'GET', path }));
    return version === undefined
      ? unknown(`${whom} answers something else than a version: is it the injector?`)
      : known(version);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return whyNot(error, whom);
  }
}

/** What the API server says where it passes on no version, in words for whoever asks. */
function whyNot({ status, answer }: ApiError, whom: string): Fact<never> {
  const said = oneLine(answer, maxAnswer);
  if (status === 401 || status === 403)
    return unknown(`forbidden: ${said}; the Role ${names.statusRole} allows it: docs/operations.md`, true);
  if (status === 404 && isAnswerOfApiServer(answer))
    return unknown(`there is no ${whom}: it is not installed there, or it is older than this program`);
  if (status === 404)
    return unknown(`${whom} does not say what it has in force: it is older than this program`);
  if (answer.startsWith('no endpoints available')) return unknown(`${whom} has no replica that runs`);
  if (status === 0) return unknown(`${whom} does not answer within five seconds`);
  return unknown(`the API server does not reach ${whom}: ${status} ${said}`);
}

/** What is not found it calls by its resource and name; an injector without the endpoint has no words for it. */
function isAnswerOfApiServer(answer: string): boolean {
  return /^(?:services|pods) "/.test(answer);
}

/** Passes on a stand-in where the API server does not give what was asked for, or there is none. */
function ifRefused<T>(standIn: T): (error: unknown) => T {
  return error => {
    if (error instanceof ApiError && error.status !== 0) return standIn;
    throw error;
  };
}

/** What a replica says, each text cut; undefined where it is something else. */
function readVersion({
  version,
  node,
  nativeSidecars,
  clientCertificates,
  definitions,
}: JsonObject): InjectorVersion | undefined {
  if (typeof version !== 'string' || !Array.isArray(definitions)) return undefined;
  return {
    version: oneLine(version, maxText),
    node: oneLine(typeof node === 'string' ? node : '', maxText),
    nativeSidecars: nativeSidecars === true,
    ...readClientCertificates(clientCertificates),
    definitions: definitions.slice(0, maxDefinitions).filter(isObject).map(readDefinition),
  };
}

/** Nothing of an injector that does not say, or says what this program does not know. */
function readClientCertificates(value: Json | undefined): {
  readonly clientCertificates?: ClientCertificates;
} {
  const shown = certificatesShown.find(known => known === at(value, ['shown']));
  if (shown === undefined) return {};
  return { clientCertificates: { areRequired: at(value, ['areRequired']) === true, shown } };
}

function readDefinition(definition: JsonObject): DefinitionInForce {
  const text = (key: string, value: Json | undefined) =>
    typeof value === 'string' ? { [key]: oneLine(value, maxText) } : {};
  return {
    file: '',
    ...text('sidecar', definition['sidecar']),
    ...(definition['version'] === 'next' ? { version: 'next' } : {}),
    ...text('hash', definition['hash']),
    ...text('image', definition['image']),
    ...text('file', definition['file']),
    ...text('problem', definition['problem']),
  };
}

const maxText = 400;
const maxAnswer = 300;
const maxDefinitions = 2000;
