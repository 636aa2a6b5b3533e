/** Why a connection was closed by us: a small closed set, for metrics and logs. */
export type DropReason =
  /** Too many connections were in their handshake: the oldest of them. */
  | 'handshakes'
  /** Too many connections were open. */
  | 'connections'
  /** Unfinished requests held too many bytes: the one that had been unfinished longest. */
  | 'bytes'
  /** A request was not over in time. */
  | 'slow'
  /** Too many requests waited on one connection. */
  | 'pipeline'
  /** The client showed no certificate where one is wanted. */
  | 'no-client-certificate';

/** Told of each connection that is closed before its time. */
export type OnDrop = (reason: DropReason) => void;
