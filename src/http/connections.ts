/** What there is to know of a connection here. */
export interface Closable {
  destroy(): unknown;
}

/** How many connections there may be. */
export interface ConnectionBounds {
  readonly maximum: number;
  /** How many of them are always left to those that have not yet proven themselves. */
  readonly newcomers: number;
}

export interface ConnectionsOptions<Connection> {
  readonly onDrop: () => void;
  /** Whether nothing has come on it although there was time: such newcomers go before others. */
  readonly isSilent?: (connection: Connection) => boolean;
}

/**
 * Keeps the number of connections bounded without ever refusing the newest: whoever holds many would shut everybody else
 * out, the API server first. The one that is closed instead is the oldest of those that have never had a request answered.
 * Those that had are spared as long as there are others; only where they leave newcomers too little room, the one that has
 * been idle longest goes.
 */
export class Connections<Connection extends Closable> {
  readonly #bounds: ConnectionBounds;
  readonly #options: ConnectionsOptions<Connection>;
  /** The oldest first. */
  readonly #newcomers = new Set<Connection>();
  /** The one that has been idle longest first. */
  readonly #proven = new Set<Connection>();

  constructor(bounds: ConnectionBounds, options: ConnectionsOptions<Connection>) {
    this.#bounds = bounds;
    this.#options = options;
  }

  get size(): number {
    return this.#newcomers.size + this.#proven.size;
  }

  open(connection: Connection): void {
    if (this.size >= this.#bounds.maximum) this.#dropOne();
    this.#newcomers.add(connection);
  }

  /** A request begins on it: it is not idle. */
  use(connection: Connection): void {
    if (this.#proven.delete(connection)) this.#proven.add(connection);
  }

  /** A request was answered on it. */
  prove(connection: Connection): void {
    if (this.#newcomers.delete(connection) || this.#proven.delete(connection)) this.#proven.add(connection);
  }

  close(connection: Connection): void {
    if (!this.#newcomers.delete(connection)) this.#proven.delete(connection);
  }

  /** Destroys all of them; nobody is told. */
  destroyAll(): void {
    for (const connection of [...this.#newcomers, ...this.#proven]) connection.destroy();
  }

  #dropOne(): void {
    const areTooMany = this.#newcomers.size >= this.#bounds.newcomers || this.#proven.size === 0;
    const [idleLongest] = this.#proven;
    const connection = areTooMany ? this.#firstNewcomer() : idleLongest;
    if (connection === undefined) return;
    this.close(connection);
    connection.destroy();
    this.#options.onDrop();
  }

  #firstNewcomer(): Connection | undefined {
    const { isSilent = () => true } = this.#options;
    for (const connection of this.#newcomers) if (isSilent(connection)) return connection;
    const [oldest] = this.#newcomers;
    return oldest;
  }
}
