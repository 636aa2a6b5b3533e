import { setImmediate as turn } from 'node:timers/promises';
import { entriesInForce, inOrder } from '../../diagnosis/versions/definitions-in-force.ts';
import type {
  ClientCertificates,
  DefinitionInForce,
  InjectorVersion,
  NamespaceKnowledgeState,
} from '../../diagnosis/versions/injector-version.ts';
import type { ImageSettings } from '../../injection/render/choose-image.ts';
import { programVersion } from '../../program-version.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';

/** What is in force at a moment. */
export interface InForce {
  readonly definitions: SidecarSet;
  readonly areNativeSidecarsAvailable: boolean;
  readonly images: ImageSettings;
  /** What the replica knows of namespaces; absent where it asks no API server. */
  readonly namespaces?: NamespaceKnowledgeState | undefined;
  readonly clientCertificates?: ClientCertificates;
}

/**
 * What a replica answers at `/version`: what it has in force, and nothing of the cluster. The text is made when it is first
 * asked for after a change, and not again before the next one; with a turn for requests between two definitions, of which
 * there may be a thousand.
 */
export function versionReport(now: () => InForce): () => Promise<string> {
  let made: { readonly of: InForce; readonly text: Promise<string> } | undefined;
  return () => {
    const of = now();
    if (made === undefined || !isSame(made.of, of)) made = { of, text: report(of) };
    return made.text;
  };
}

function isSame(a: InForce, b: InForce): boolean {
  return (
    a.definitions === b.definitions &&
    a.areNativeSidecarsAvailable === b.areNativeSidecarsAvailable &&
    a.images === b.images &&
    a.namespaces === b.namespaces &&
    a.clientCertificates?.areRequired === b.clientCertificates?.areRequired &&
    a.clientCertificates?.shown === b.clientCertificates?.shown
  );
}

async function report(inForce: InForce): Promise<string> {
  const { definitions, areNativeSidecarsAvailable, images, namespaces, clientCertificates } = inForce;
  const entries: DefinitionInForce[] = [];
  for (const entry of entriesInForce(definitions, images)) {
    entries.push(entry);
    await turn();
  }
  const version: InjectorVersion = {
    version: programVersion,
    node: process.version,
    nativeSidecars: areNativeSidecarsAvailable,
    ...(namespaces && { namespaces }),
    ...(clientCertificates && { clientCertificates }),
    definitions: inOrder(entries),
  };
  return `${JSON.stringify(version)}\n`;
}
