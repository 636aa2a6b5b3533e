import { isDefinitionFile, maxDefinitionBytes } from '../sidecars/definition-file.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarFile,
  type SidecarSet,
  type SidecarSettings,
} from '../sidecars/sidecar-set.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';

/** The definitions of the cluster's ConfigMap, read as a replica that starts now would; empty where they are not known. */
export function clusterDefinitions(
  { definitions }: Pick<Installation, 'definitions'>,
  settings: SidecarSettings = {},
): SidecarSet {
  const files = isKnown(definitions) ? Object.entries(definitions.value ?? {}) : [];
  return nextSidecarSet(
    emptySidecarSet,
    files.filter(([name]) => isDefinitionFile(name)).map(fileOf),
    settings,
  );
}

function fileOf([name, text]: readonly [name: string, text: string]): SidecarFile {
  return Buffer.byteLength(text) > maxDefinitionBytes
    ? { name, unreadable: `not read: it is larger than ${maxDefinitionBytes} bytes` }
    : { name, text };
}
