/** What the types of the Kubernetes API demand beyond what their description says. */
import { kubernetesTypes } from '../../src/sidecars/schema/kubernetes-types.ts';

/** Of a type, those fields of which a value has exactly one, nearly always. */
export const alternatives: Readonly<Record<string, readonly string[]>> = {
  Probe: ['exec', 'httpGet', 'tcpSocket', 'grpc'],
  LifecycleHandler: ['exec', 'httpGet', 'tcpSocket', 'sleep'],
  EnvVarSource: ['configMapKeyRef', 'fieldRef', 'resourceFieldRef', 'secretKeyRef', 'fileKeyRef'],
  EnvFromSource: ['configMapRef', 'secretRef'],
  VolumeProjection: Object.keys(kubernetesTypes['VolumeProjection'] ?? {}),
  EnvVar: ['value', 'valueFrom'],
  DownwardAPIVolumeFile: ['fieldRef', 'resourceFieldRef'],
};
/** What a type cannot do without although its description does not say so. */
export const needed: Readonly<Record<string, readonly string[]>> = {
  Container: ['image'],
  ConfigMapVolumeSource: ['name'],
  ConfigMapEnvSource: ['name'],
  ConfigMapKeySelector: ['name'],
  ConfigMapProjection: ['name'],
  SecretVolumeSource: ['secretName'],
  SecretEnvSource: ['name'],
  SecretKeySelector: ['name'],
  SecretProjection: ['name'],
  ExecAction: ['command'],
  ImageVolumeSource: ['reference'],
  EphemeralVolumeSource: ['volumeClaimTemplate'],
  PersistentVolumeClaimSpec: ['accessModes', 'resources'],
  VolumeResourceRequirements: ['requests'],
  StorageOSVolumeSource: ['volumeName'],
  FlockerVolumeSource: ['datasetUUID'],
};
