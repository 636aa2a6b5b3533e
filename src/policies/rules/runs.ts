/**
 * The containers that instances run in, one run for each: the one that keeps running, the one that ends before the app
 * starts, or both.
 */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  at,
  concat,
  conditional,
  dyn,
  eachPair,
  entry,
  equals,
  list,
  literal,
  mapOf,
  method,
  no,
  variable,
  yes,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { hasInitContainer } from './modes.ts';
import type { Variable } from './variable.ts';

/** One of them. */
export interface Run {
  readonly index: Expression;
  readonly run: Expression;
  /** The volumes of its instance. */
  readonly volumes: Expression;
}

/** All of them. */
export interface Runs {
  /** Makes something of each run. */
  each(make: (scope: TemplateScope, run: Run) => Expression): Expression;
}

/** `runs`: maps of the instance, its index among those that are open, name, kind, and whether it ends. */
export function runVariables(definition: SidecarDefinition): readonly Variable[] {
  const has = (mode: 'native' | 'classic' | 'init') => definition.modes.includes(mode);
  const runs = eachPair(variable('open'), 'transformList', ['index', 'instance'], (index, instance) => {
    const mode = at(variable('modes'), index);
    const own = at(instance, 'name');
    const scope = { values: instance, parameters: definition.parameters, isOnce: no };
    const run = (name: Expression, kind: string, isOnce: Expression) =>
      mapOf([
        entry('instance', dyn(instance)),
        entry('index', dyn(index)),
        entry('name', dyn(name)),
        entry('kind', dyn(literal(kind))),
        entry('isOnce', dyn(isOnce)),
      ]);
    const classic = list(run(own, 'classic', no));
    const before = list(run(concat(own, '-init'), 'init', yes));
    const withBefore = has('init')
      ? concat(conditional(hasInitContainer(definition, scope), before, list()), classic)
      : classic;
    return conditional(
      has('native') ? equals(mode, 'native') : no,
      list(run(own, 'native', no)),
      conditional(
        has('init') ? equals(mode, 'init') : no,
        list(run(own, 'init', yes)),
        has('classic') ? withBefore : list(),
      ),
    );
  });
  return [['runs', method(runs, 'flatten')]];
}

/** The runs of a definition. */
export function runsOf({ modes, parameters }: SidecarDefinition): Runs {
  const endsAlways = modes.every(mode => mode === 'init');
  return {
    each: make =>
      eachPair(variable('runs'), 'transformList', ['index', 'run'], (index, run) => {
        const isOnce = modes.includes('init') ? (endsAlways ? yes : at(run, 'isOnce')) : no;
        const volumes = at(variable('volumeLists'), at(run, 'index'));
        return make({ values: at(run, 'instance'), parameters, isOnce }, { index, run, volumes });
      }),
  };
}
