import { type RefusalReason, refusalReasons } from '../../injection/reason.ts';
import { oneLine } from '../../shown-text.ts';
import type { Obstacle } from '../obstacles.ts';
import { obstacleOfRefusal } from '../refusal.ts';
import type { Told } from './explanation.ts';
import type { FailedCreation } from './surroundings.ts';

/**
 * What kept pods from being created, as the controller that makes them says it. The injector's own refusals are known by
 * the code at their end; what is told already is told no second time.
 */
export function refusedPods(failures: readonly FailedCreation[], told: readonly Told[]): readonly Told[] {
  const known = new Set<string>(told.map(({ code }) => code));
  const found = failures.flatMap(failure => {
    const codes = codesIn(failure.message);
    return (codes.length > 0 ? codes : [obstacleIn(failure.message)]).map(code => refusedFor(code, failure));
  });
  return [...new Map(found.map(problem => [problem.code, problem])).values()].filter(
    ({ code }) => !known.has(code),
  );
}

/** Every problem is a line that ends with its code in brackets. */
function codesIn(message: string): readonly RefusalReason[] {
  if (!/admission webhook "[^"]*\.sidecar\.io" denied/.test(message.slice(0, maxRead))) return [];
  const codes = message
    .slice(0, maxRead)
    .split('\n')
    .flatMap(line => /\(([a-z]+(?:-[a-z]+)*)\)$/.exec(line)?.[1] ?? []);
  return codes.filter((code): code is RefusalReason => Object.hasOwn(refusalReasons, code));
}

/** The way to the injector, or something that is not ours. */
function obstacleIn(message: string): Obstacle {
  const code = obstacleOfRefusal(message.slice(0, maxRead));
  return code === 'probe-refused' ? 'pods-refused' : code;
}

/** An event has at most 1 KiB of it. */
const maxRead = 8192;

function refusedFor(code: Told['code'], { by, message }: FailedCreation): Told {
  return {
    code,
    where: by,
    message: `${by} cannot create pods: ${oneLine(message, maxShown)}`,
    ...(code === 'pods-refused'
      ? { advice: 'mend what the message says; its controller then tries again by itself' }
      : {}),
  };
}

const maxShown = 400;
