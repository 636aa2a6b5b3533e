import { checkAnnotations } from './annotations.ts';
import { checkClaimTemplates } from './claim-templates.ts';
import type { Rule } from './definition-under-check.ts';
import { checkDevices } from './devices.ts';
import { checkEnvironment } from './environment.ts';
import { checkExactlyOne } from './exactly-one.ts';
import { checkFieldReferences } from './field-references.ts';
import { checkFileKeys } from './file-keys.ts';
import { checkFilledLists } from './filled-lists.ts';
import { checkInsertedValues } from './inserted-values.ts';
import { checkMountOptions } from './mount-options.ts';
import { checkMountedVolumes } from './mounted-volumes.ts';
import { checkProbes } from './probes.ts';
import { checkProjectedPaths } from './projected-paths.ts';
import { checkReadiness } from './readiness.ts';
import { checkRequiredFields } from './required-fields.ts';
import { checkResourceClaims } from './resource-claims.ts';
import { checkResources } from './resources.ts';
import { checkSecurityContext } from './security-context.ts';
import { checkUniqueEntries } from './unique-entries.ts';
import { checkValueAndSource } from './value-and-source.ts';
import { checkVolumeSources } from './volume-sources.ts';

/** Each says one kind of thing that no pod is made with. */
export const rules: readonly Rule[] = [
  checkAnnotations,
  checkClaimTemplates,
  checkDevices,
  checkEnvironment,
  checkExactlyOne,
  checkFieldReferences,
  checkFilledLists,
  checkInsertedValues,
  checkMountOptions,
  checkMountedVolumes,
  checkProbes,
  checkProjectedPaths,
  checkRequiredFields,
  checkResources,
  checkSecurityContext,
  checkReadiness,
  checkVolumeSources,
  checkFileKeys,
  checkResourceClaims,
  checkUniqueEntries,
  checkValueAndSource,
];
