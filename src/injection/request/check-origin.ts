import { normalHost } from '../../normal-host.ts';
import type { Parameter, ParameterValue } from '../../sidecars/definition.ts';
import type { Origin } from '../../sidecars/parameters/types/parameter-type.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal } from '../reason.ts';
import { shownList, shownValue } from '../shown-value.ts';

/**
 * Refuses an address that the operator's lists do not have. They keep honest people on the right way and are no wall: the
 * app itself may call whom it likes.
 */
export function checkOrigin(
  key: string,
  value: ParameterValue,
  parameter: Parameter,
  policy: InjectionPolicy,
): readonly Finding[] {
  return listsFor(parameter, policy).flatMap(({ name, allowed, passes }) => {
    if (allowed === undefined || (value.origins ?? []).every(origin => passes(origin, allowed, value)))
      return [];
    const message = () =>
      `annotation ${key}: got ${shownValue(value.text, parameter.type)}; allowed by ${name}: ${shownList(allowed) || 'none'}`;
    return refusal('origin-not-allowed', key, message);
  });
}

/** A list of the configuration, and whether an address passes it. */
interface AllowedList {
  readonly name: keyof InjectionPolicy;
  readonly allowed: readonly string[] | undefined;
  readonly passes: (origin: Origin, allowed: readonly string[], value: ParameterValue) => boolean;
}

function listsFor(
  { type, defaultValue }: Parameter,
  { allowedSchemes, allowedHosts, allowedUrls, allowedEndpoints }: InjectionPolicy,
): readonly AllowedList[] {
  // What operator or definition say by default is right where a pod says the same, and so is what stays in the pod.
  const passes: AllowedList['passes'] = (origin, allowed, { text }) =>
    text === defaultValue?.text ||
    isLoopback(origin.host) ||
    allowed.some(entry => fitsAddress(origin, entry));
  switch (type) {
    case 'git-url':
      return [
        { name: 'allowedSchemes', allowed: allowedSchemes, passes: hasScheme },
        { name: 'allowedHosts', allowed: allowedHosts, passes: hasHost },
      ];
    case 'url':
      return [{ name: 'allowedUrls', allowed: allowedUrls, passes }];
    case 'endpoint':
      return [{ name: 'allowedEndpoints', allowed: allowedEndpoints, passes }];
    default:
      return [];
  }
}

function hasScheme({ scheme = '' }: Origin, allowed: readonly string[]): boolean {
  return allowed.includes(scheme);
}

function hasHost({ host }: Origin, allowed: readonly string[]): boolean {
  return allowed.some(entry => fitsHost(host.toLowerCase(), entry.toLowerCase()));
}

/** An entry is a host, or a scheme and a host that must both be met. */
function fitsAddress({ scheme, host }: Origin, entry: string): boolean {
  const { wantedScheme, wantedHost = '' } =
    /^(?:(?<wantedScheme>https?):\/\/)?(?<wantedHost>.*)$/.exec(entry)?.groups ?? {};
  if (wantedScheme !== undefined && scheme !== wantedScheme) return false;
  return fitsHost(host, wantedHost.startsWith('*.') ? wantedHost.toLowerCase() : normalHost(wantedHost));
}

function fitsHost(host: string, wanted: string): boolean {
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
