/** A value that was written, and the field managers that own it; nobody where only a manifest names it. */
interface Written {
  readonly value: string;
  readonly owners: ReadonlySet<string>;
}

type Values = Readonly<Record<string, string | null>>;

/**
 * What becomes of the annotations of one map by the rules of Kubernetes, as far as users write them.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export class FieldModel {
  readonly #written = new Map<string, Written>();
  /** What the last manifest named that `kubectl apply` had applied on its own side. */
  #named: ReadonlySet<string> = new Set();

  valueOf(key: string): string | undefined {
    return this.#written.get(key)?.value;
  }

  /** Whether the last applied manifest names it. */
  isNamed(key: string): boolean {
    return this.#named.has(key);
  }

  /** A patch by a manager: null takes a value away from all. */
  update(manager: string, values: Values): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === null) this.#written.delete(key);
      else if (this.valueOf(key) !== value) this.#written.set(key, { value, owners: new Set([manager]) });
    }
  }

  /** `kubectl apply`: sets what the manifest names, and takes away what only the manifest before it named. */
  applyOnClient(values: Values): void {
    for (const key of this.#named) if (!(key in values)) this.#written.delete(key);
    this.update('apply', values);
    this.#named = new Set(Object.keys(values));
  }

  /** Server-side apply, by force: a value that another manager owns too outlives the manifest. */
  applyOnServer(values: Values): void {
    for (const key of [...this.#written.keys()]) if (!(key in values)) this.#giveUp(key);
    for (const [key, value] of Object.entries(values)) {
      if (value === null) continue;
      const others = this.valueOf(key) === value ? (this.#written.get(key)?.owners ?? []) : [];
      this.#written.set(key, { value, owners: new Set([...others, applier]) });
    }
  }

  #giveUp(key: string): void {
    const { value = '', owners = [] } = this.#written.get(key) ?? {};
    const left = new Set([...owners].filter(owner => owner !== applier));
    if (left.size === 0) this.#written.delete(key);
    else this.#written.set(key, { value, owners: left });
  }
}

const applier = 'server-side-apply';
