/**
 * Says which containers are of a sidecar, by their names alone: that of the sidecar, and those of its instances. A sidecar
 * whose name begins with that of another one and a hyphen counts as one of its instances.
 */
export function isContainerOf(sidecar: string | undefined): (container: string) => boolean {
  return container => sidecar === undefined || container === sidecar || container.startsWith(`${sidecar}-`);
}
