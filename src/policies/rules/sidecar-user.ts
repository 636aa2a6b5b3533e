/** The user of a sidecar: render/with-user.ts in CEL. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  conditional,
  differs,
  dyn,
  equals,
  integer,
  isIn,
  isLiteral,
  literal,
  mapOf,
  method,
  no,
  none,
  not,
  optionalEntry,
  or,
  orValue,
  some,
  unlessEmpty,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { compileTemplate } from '../template/compile-template.ts';
import { asOptional } from '../template/rendering.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { keyOfInstance, requestKey, switchOfInstance } from './instance-keys.ts';
import { keysOf, templateAt } from './keys-of-templates.ts';
import { problemIf } from './problems.ts';
import { requestKeys } from './requests.ts';
import { isNonRoot, isRoot } from './traits.ts';

const userParameter = 'run-as-user';

interface User {
  /** What the definition says, as optionals. */
  readonly definedUser: Expression;
  readonly definedNonRoot: Expression;
  /** Whether an annotation or a default says `none`, or a UID. */
  readonly isNone: Expression;
  readonly isUid: Expression;
  readonly uid: Expression;
}

function userOf(definition: SidecarDefinition, scope: TemplateScope): User {
  const template = templateAt(definition.container, 'securityContext');
  const own = (key: string) => {
    const below = templateAt(template, key);
    return below === undefined ? none : asOptional(compileTemplate(below, scope));
  };
  const parameter = definition.parameters.get(userParameter);
  const isAsked = parameter?.isCommon ? isIn(userParameter, scope.values) : no;
  const uid = at(scope.values, userParameter);
  return {
    definedUser: own('runAsUser'),
    definedNonRoot: own('runAsNonRoot'),
    isNone: and(isAsked, equals(uid, 'none')),
    isUid: and(isAsked, differs(uid, 'none')),
    uid,
  };
}

/** Root, and must not be: the user that is asked for, or else the one of the definition or of the pod. */
function isAgainstItsWill(user: Expression, definedNonRoot: Expression): Expression {
  const isZero = conditional(method(user, 'hasValue'), equals(orValue(user, integer(-1)), 0), isRoot);
  return and(isZero, equals(orValue(definedNonRoot, isNonRoot), literal(true)));
}

function askedUser({ definedUser, isNone, isUid, uid }: User): Expression {
  return conditional(isUid, some(dyn(uid)), conditional(isNone, none, definedUser));
}

/** `none` by default of the operator, which root in this pod would keep from starting. */
function isUnmeant(user: User, scope: TemplateScope): Expression {
  const texts = at(at(scope.values, requestKey), requestKeys.texts);
  return and(
    user.isNone,
    not(isIn(userParameter, texts)),
    isAgainstItsWill(askedUser(user), user.definedNonRoot),
  );
}

/** The security context as an optional map. */
export function compileSecurityContext(definition: SidecarDefinition, scope: TemplateScope): Expression {
  const template = templateAt(definition.container, 'securityContext');
  const user = userOf(definition, scope);
  const own = keysOf(template).map(key => {
    const below = templateAt(template, key);
    return [key, below === undefined ? none : asOptional(compileTemplate(below, scope))] as const;
  });
  const entries = new Map(own);
  const leavesOut = and(user.isNone, not(isUnmeant(user, scope)));
  if (!isLiteral(user.isUid, false)) {
    const defined = entries.get('runAsUser') ?? none;
    entries.set(
      'runAsUser',
      conditional(user.isUid, some(dyn(user.uid)), conditional(leavesOut, none, defined)),
    );
    const group = entries.get('runAsGroup');
    if (group !== undefined) entries.set('runAsGroup', conditional(leavesOut, none, group));
  }
  const isKept = template !== undefined && keysOf(template).length === 0;
  const made = mapOf([...entries].map(([key, value]) => optionalEntry(key, value)));
  return isKept ? some(dyn(made)) : unlessEmpty(dyn(made));
}

/** Refuses a sidecar that would be root and must not be. */
export function userProblems(definition: SidecarDefinition, scope: TemplateScope): readonly ListEntry[] {
  const user = userOf(definition, scope);
  const asked = askedUser(user);
  const isRefused = and(not(isUnmeant(user, scope)), isAgainstItsWill(asked, user.definedNonRoot));
  const key = keyOfInstance(scope.values, userParameter);
  const why = conditional(
    equals(orValue(user.definedNonRoot, literal(false)), literal(true)),
    literal('this sidecar must not run as root'),
    literal('runAsNonRoot of the pod is true'),
  );
  const isZero = and(user.isUid, equals(user.uid, 0));
  const pod = conditional(
    and(isRoot, not(method(asked, 'hasValue'))),
    literal('runAsUser of the pod is 0'),
    literal('its definition says UID 0'),
  );
  return [
    problemIf(
      and(isRefused, isZero),
      'invalid-value',
      'annotation ',
      key,
      ': got "0", but ',
      why,
      '; use another UID',
    ),
    problemIf(
      and(isRefused, not(isZero)),
      'runs-as-root',
      conditional(or(user.isNone, user.isUid), literal('annotation '), literal('')),
      conditional(or(user.isNone, user.isUid), key, switchOfInstance(scope.values)),
      conditional(user.isNone, literal(': got "none", but '), literal(': ')),
      pod,
      ', and ',
      why,
      conditional(user.isNone, literal('; use a UID'), literal('; set .run-as-user to a UID')),
    ),
  ];
}
