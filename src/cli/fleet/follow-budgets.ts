import { isRefused } from '../../cluster/api-error.ts';
import { followDisruptionBudgets, selects } from '../../cluster/fleet/disruption-budgets.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { tell } from '../print.ts';
import type { FleetTask } from './fleet-task.ts';

/** Tells a fleet of the PodDisruptionBudgets that there are, and what becomes of them until the signal ends it. */
export async function followBudgets(
  fleet: Fleet,
  { task, signal }: { readonly task: FleetTask; readonly signal: AbortSignal },
): Promise<void> {
  const { namespace } = task.selection;
  try {
    await followDisruptionBudgets(task.client, {
      ...{ namespace, signal },
      onWritten: budget =>
        fleet.setBudget({
          ...budget,
          selector: JSON.stringify(budget.selector),
          selects: labels => selects(budget, labels),
        }),
      onGone: budget => fleet.deleteBudget(budget),
      onProblem: problem => {
        if (problem !== undefined) tell(`PodDisruptionBudgets cannot be watched: ${problem}`);
      },
    });
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (error.status === 403)
      tell(`PodDisruptionBudgets may not be read, so they are not asked: ${error.message}`);
  }
}
