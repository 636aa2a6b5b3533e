import { InjectorError } from '../../injector-error.ts';
import { oneLine } from '../../shown-text.ts';

export interface HeldLease {
  readonly namespace: string;
  readonly holder: string;
  /** As the API server has it. */
  readonly since: string;
  /** When the holder was last heard, as the API server has it, in milliseconds since 1970. */
  readonly renewedMs: number;
  /** For how long the holder has not been heard. */
  readonly silentMs: number;
  /** How long to wait for it until it counts as gone. */
  readonly freeInMs: number;
}

/** Somebody else is at the same work in a namespace. */
export class HeldLeaseError extends InjectorError {
  override name = 'HeldLeaseError' as const;
  readonly lease: HeldLease;

  constructor(lease: HeldLease) {
    const { namespace, silentMs, freeInMs } = lease;
    const seconds = (milliseconds: number) => `${Math.ceil(milliseconds / 1000)} s`;
    super(
      `namespace ${namespace}: ${oneLine(lease.holder, maxTextLength)} is at work there since ` +
        `${oneLine(lease.since, maxTextLength)} and was heard ${seconds(silentMs)} ago; wait until it has ended, ` +
        `or ${seconds(freeInMs)} where it was killed`,
    );
    this.lease = lease;
  }
}

/** No more is of use to a person; anybody can write a Lease. */
const maxTextLength = 200;
