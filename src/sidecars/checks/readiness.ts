import { isObject } from '../../kubernetes/json.ts';
import { parseConditions } from '../template/template.ts';
import { absencesOf } from './absence.ts';
import { withAll } from './circumstances.ts';
import type { Rule } from './definition-under-check.ts';

/** Where the app waits there is something to wait for: nothing that `ready` holds may leave its handler out. */
export const checkReadiness: Rule = ({ spec, parameters, canHold, report }) => {
  const ready = spec['ready'];
  if (!isObject(ready)) return;
  const conditions = 'when' in ready ? parseConditions(ready['when']) : [];
  for (const handler of ['exec', 'httpGet', 'tcpSocket', 'grpc']) {
    const held = ready[handler];
    const absences = held === undefined ? [] : absencesOf(held, { parameters, isInList: false });
    if (!absences.some(when => canHold(withAll(when, conditions)))) continue;
    report(
      ['spec', 'ready', handler],
      () =>
        `all that ${handler} holds can be left out, and a start that waits for nothing is refused; give its parameters a default, or put a "when" into "ready"`,
    );
  }
};
