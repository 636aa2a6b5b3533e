/** The identity that a cloud gives to a pod's ServiceAccount, and the containers that are to do without it. */
import { tokenDirectory, withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { type Finding, warning } from '../reason.ts';
import { shownList } from '../shown-value.ts';
import type { Assembly } from './assembly.ts';

/** The containers that the webhook of EKS leaves out: https://github.com/aws/amazon-eks-pod-identity-webhook */
export const skipContainersOfEks = 'eks.amazonaws.com/skip-containers';

/** The volumes in which that webhook brings a token, for roles of ServiceAccounts and for EKS Pod Identity. */
export const roleVolumes: ReadonlySet<string> = new Set(['aws-iam-token', 'eks-pod-identity-token']);

/** Whether it is a volume, or a mount of one, with which EKS gives a role. */
export function givesRole({ name }: { readonly name: string }): boolean {
  return roleVolumes.has(name);
}

/** Whether something covers the token of the pod's ServiceAccount: then the container is not to act in its name at all. */
export function coversToken({ volumeMounts }: Container): boolean {
  return (volumeMounts ?? []).some(({ mountPath }) => withoutTrailingSlash(mountPath) === tokenDirectory);
}

/** Tells of sidecars that were given a role of the app after they had been added: nobody can take it back any more. */
export function checkRoles({ containers, before }: Assembly): readonly Finding[] {
  if (before.containers.size === 0) return [];
  const given = containers
    .map(({ container }) => container)
    .filter(
      container =>
        before.containers.has(container.name) &&
        coversToken(container) &&
        container.volumeMounts?.some(givesRole),
    )
    .map(({ name }) => name);
  if (given.length === 0) return [];
  const message = () => `${shownList(given)} got the app's AWS role; name it in ${skipContainersOfEks}`;
  return [warning('role-given', skipContainersOfEks, message)];
}
