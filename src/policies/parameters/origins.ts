import type { InjectionPolicy } from '../../injection/policy.ts';
import { addressEntry } from '../../injection/request/check-origin.ts';
import { shownList } from '../../injection/shown-value.ts';
import type { Parameter } from '../../sidecars/definition.ts';
import { and, bind, equals, isIn, method, or, texts, yes } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { CompiledOrigin } from './compiled-type.ts';
import { comparable, fitsHost, isHost, isLoopback, isPlainHost } from './hosts.ts';

/** A list of the operator's that a value has to keep to. */
export interface OriginRule {
  /** What stands in the message behind the value. */
  readonly advice: string;
  /** Whether the text of one value, which fits its type, keeps to it. */
  readonly isAllowed: (text: Expression) => Expression;
  /** Whether the parameter's default is right whatever the list says. */
  readonly sparesDefault: boolean;
}

/** The rules for where values of a parameter may point to, as `checkOrigin` has them. */
export function originRules(
  { type }: Parameter,
  origin: CompiledOrigin,
  policy: InjectionPolicy,
): readonly OriginRule[] {
  switch (type) {
    case 'git-url':
      return [
        ...ruleFor('allowedSchemes', policy, allowed => text => isIn(origin.scheme(text), texts(allowed))),
        ...ruleFor('allowedHosts', policy, allowed => text => isAnyHost(origin.host(text), allowed)),
      ];
    case 'url':
      return ruleFor('allowedUrls', policy, allowed => text => isAnyAddress(origin, text, allowed));
    case 'endpoint':
      return ruleFor('allowedEndpoints', policy, allowed => text => isAnyAddress(origin, text, allowed));
    default:
      return [];
  }
}

type ListName = 'allowedSchemes' | 'allowedHosts' | 'allowedUrls' | 'allowedEndpoints';

function ruleFor(
  name: ListName,
  policy: InjectionPolicy,
  isAllowed: (allowed: readonly string[]) => OriginRule['isAllowed'],
): readonly OriginRule[] {
  const allowed = policy[name];
  if (allowed === undefined) return [];
  return [
    {
      advice: `allowed by ${name}: ${shownList(allowed) || 'none'}`,
      isAllowed: isAllowed(allowed),
      sparesDefault: name === 'allowedUrls' || name === 'allowedEndpoints',
    },
  ];
}

function isAnyHost(host: Expression, allowed: readonly string[]): Expression {
  return bind(method(host, 'lowerAscii'), 'host', lower =>
    or(...allowed.map(entry => fitsHost(lower, entry.toLowerCase()))),
  );
}

/** Only what is written in its usual notation is compared: another one could mean another host. */
function isAnyAddress(
  { scheme, host }: CompiledOrigin,
  text: Expression,
  allowed: readonly string[],
): Expression {
  return bind(host(text), 'written', written =>
    and(
      isPlainHost(written),
      bind(comparable(written), 'host', plain =>
        or(
          isLoopback(plain),
          ...allowed.map(addressEntry).map(entry => {
            const fitsScheme = entry.scheme === undefined ? yes : equals(scheme(text), entry.scheme);
            return and(isHost(plain, entry.host), fitsScheme);
          }),
        ),
      ),
    ),
  );
}
