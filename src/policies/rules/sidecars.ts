/** Every instance that is not in the pod yet, rendered: what render/render-sidecar.ts makes, as a list of maps. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  concatAll,
  conditional,
  dyn,
  each,
  eachPair,
  entry,
  equals,
  list,
  listOf,
  literal,
  mapOf,
  no,
  optionalEntry,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { compileList, compileOptional, compileTemplate } from '../template/compile-template.ts';
import { asOptional, isCertain } from '../template/rendering.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { containersAt, containerVariables } from './containers.ts';
import { compileMode, modeProblems } from './modes.ts';
import { problemList } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { resourceProblems } from './sidecar-resources.ts';
import { userProblems } from './sidecar-user.ts';
import type { Variable } from './variable.ts';
import { compileVolumes } from './volumes.ts';

/**
 * `rendered`: the open instances, each with its parts; `renderProblems`: what speaks against them whatever else is in the pod.
 */
export function sidecarVariables(
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): readonly Variable[] {
  const scopeOf = (instance: Expression): TemplateScope => ({
    values: instance,
    parameters: definition.parameters,
    isOnce: no,
  });
  return [
    [
      'renderProblems',
      conditional(
        equals(size(variable('readingProblems')), 0),
        concatAll(
          each(variable('open'), 'map', 'instance', instance => {
            const scope = scopeOf(instance);
            return problemList([
              ...modeProblems(definition, scope, policy),
              ...resourceProblems(definition, scope),
              ...userProblems(definition, scope),
            ]);
          }),
        ),
        list(),
      ),
    ],
    ...madeVariables(definition, policy, scopeOf),
  ];
}

type ScopeOf = (instance: Expression) => TemplateScope;

/** The parts of each open instance in a list of their own, by its position; and all of them together. */
function madeVariables(
  definition: SidecarDefinition,
  policy: InjectionPolicy,
  scopeOf: ScopeOf,
): readonly Variable[] {
  const ofEach = (make: (scope: TemplateScope) => Expression) =>
    each(variable('open'), 'map', 'instance', instance => make(scopeOf(instance)));
  return [
    ['modes', ofEach(scope => compileMode(definition, scope, policy))],
    ['volumeLists', ofEach(scope => compileVolumes(definition, scope))],
    ...containerVariables(definition, policy),
    ['annotationLists', ofEach(scope => annotationsOf(definition, scope))],
    ['variableLists', ofEach(scope => variablesOf(definition, scope))],
    [
      'rendered',
      conditional(
        isFree(),
        eachPair(variable('open'), 'transformList', ['index', 'instance'], (index, instance) =>
          renderedSidecar(definition, scopeOf(instance), index),
        ),
        list(),
      ),
    ],
  ];
}

/** Nothing is rendered where something is wrong already. */
function isFree(): Expression {
  return and(equals(size(variable('readingProblems')), 0), equals(size(variable('renderProblems')), 0));
}

function renderedSidecar(definition: SidecarDefinition, scope: TemplateScope, index: Expression): Expression {
  const { content } = definition;
  return mapOf([
    entry(parts.instance, dyn(scope.values)),
    entry(parts.mode, dyn(at(variable('modes'), index))),
    entry(parts.initContainers, dyn(containersAt(index, true))),
    entry(parts.containers, dyn(containersAt(index, false))),
    entry(parts.volumes, dyn(at(variable('volumeLists'), index))),
    entry(parts.annotations, dyn(at(variable('annotationLists'), index))),
    entry(parts.env, dyn(at(variable('variableLists'), index))),
    ...(content === undefined ? [] : [optionalEntry(parts.content, compileOptional(content, scope))]),
  ]);
}

/** Pairs of key and value. */
function annotationsOf({ annotations }: SidecarDefinition, scope: TemplateScope): Expression {
  return listOf(
    annotations.flatMap(([key, template]): readonly ListEntry[] => {
      const rendering = compileTemplate(template, scope);
      const pair = list(dyn(literal(key)), dyn(rendering.value));
      if (isCertain(rendering)) return [{ value: pair }];
      const optional = asOptional({ ...rendering, value: pair });
      return optional.kind === 'call' && optional.name === 'none'
        ? []
        : [{ value: optional, isOptional: true }];
    }),
  );
}

function variablesOf({ appEnv, parameters }: SidecarDefinition, scope: TemplateScope): Expression {
  if (appEnv === undefined || !parameters.get('env')?.isCommon) return list();
  return conditional(equals(at(scope.values, 'env'), literal(true)), compileList(appEnv, scope), list());
}
