import type { StatusCounts, StatusRow } from './status-rows.ts';

/** Takes sidecars as they are read, and prints them: at once, or when all are there. */
export interface StatusOutput {
  /** The sidecars of a pod, and the workload that it belongs to, as in `shop/Deployment/web`, for who wants to know it. */
  add(rows: readonly StatusRow[], workload: string): void;
  /** What can be printed by now. */
  flush(): Promise<void>;
  /** The rest. */
  end(counts: StatusCounts): Promise<void>;
}
