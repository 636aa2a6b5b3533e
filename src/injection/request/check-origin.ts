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
  { text, origins = [] }: ParameterValue,
  parameter: Parameter,
  policy: InjectionPolicy,
): readonly Finding[] {
  return listsFor(parameter, policy).flatMap(({ name, allowed, ruleOf }) => {
    if (allowed === undefined || origins.every(ruleOf(allowed, text))) return [];
    const message = () =>
      `annotation ${key}: got ${shownValue(text, parameter.type)}; allowed by ${name}: ${shownList(allowed) || 'none'}`;
    return refusal('origin-not-allowed', key, message);
  });
}

type Rule = (origin: Origin) => boolean;

/** A list of the configuration, and the rule that it makes for a text. */
interface AllowedList {
  readonly name: keyof InjectionPolicy;
  readonly allowed: readonly string[] | undefined;
  readonly ruleOf: (allowed: readonly string[], text: string) => Rule;
}

function listsFor(
  { type, defaultValue }: Parameter,
  { allowedSchemes, allowedHosts, allowedUrls, allowedEndpoints }: InjectionPolicy,
): readonly AllowedList[] {
  // What operator or definition say by default is right where a pod says the same.
  const ruleOf: AllowedList['ruleOf'] = (allowed, text) =>
    text === defaultValue?.text ? () => true : addressRule(allowed);
  switch (type) {
    case 'git-url':
      return [
        { name: 'allowedSchemes', allowed: allowedSchemes, ruleOf: schemeRule },
        { name: 'allowedHosts', allowed: allowedHosts, ruleOf: hostRule },
      ];
    case 'url':
      return [{ name: 'allowedUrls', allowed: allowedUrls, ruleOf }];
    case 'endpoint':
      return [{ name: 'allowedEndpoints', allowed: allowedEndpoints, ruleOf }];
    default:
      return [];
  }
}

function schemeRule(allowed: readonly string[]): Rule {
  return ({ scheme = '' }) => allowed.includes(scheme);
}

function hostRule(allowed: readonly string[]): Rule {
  return ({ host }) => allowed.some(entry => fitsHost(host.toLowerCase(), entry.toLowerCase()));
}

/** What stays in the pod passes always. An entry is a host, or a scheme and a host that must both be met. */
function addressRule(allowed: readonly string[]): Rule {
  const entries = allowed.map(addressEntry);
  return origin => {
    const host = normalHost(origin.host);
    return (
      isLoopback(host) ||
      entries.some(entry => fitsHost(host, entry.host) && (entry.scheme ?? origin.scheme) === origin.scheme)
    );
  };
}

/** An entry of the lists for addresses, with its host as hosts are compared. */
export function addressEntry(entry: string): { readonly scheme?: string | undefined; readonly host: string } {
  const { scheme, host = '' } = /^(?:(?<scheme>https?):\/\/)?(?<host>.*)$/.exec(entry)?.groups ?? {};
  return { scheme, host: host.startsWith('*.') ? host.toLowerCase() : normalHost(host) };
}

function fitsHost(host: string, wanted: string): boolean {
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
