/** What can go wrong, as exceptions. */

import type { Error as Refusal } from "../component/interfaces/sx-persist-types.js";

export type { Refusal };

/** The store said no: a case of the variant `error` of wit/types.wit. */
export class PersistError extends Error {
  /** The case as WIT spells it, and what it carries: `{ tag: "stale", val: { expected, actual } }`. */
  readonly reason: Refusal;
  /** The operation of a batch that was refused, 0 for the first; undefined for what is no batch, and for one that failed as a whole. */
  readonly index: number | undefined;

  constructor(reason: Refusal, index?: number) {
    const place = index === undefined ? "" : `operation ${index}: `;
    super(place + ("val" in reason ? `${reason.tag}: ${shown(reason.val)}` : reason.tag));
    this.name = "PersistError";
    this.reason = reason;
    this.index = index;
  }

  /** The case alone: `stale`, `invalid-name`, `no-space` and so on. */
  get variant(): Refusal["tag"] {
    return this.reason.tag;
  }
}

/** Another process has the directory open for writing. */
export class LockedError extends Error {
  readonly root: string;
  /** The process, where the lock file says it. */
  readonly holder: number | undefined;

  constructor(root: string, holder: number | undefined) {
    super(`${root} is locked by ${holder === undefined ? "another process" : `process ${holder}`}`);
    this.name = "LockedError";
    this.root = root;
    this.holder = holder;
  }
}

/** The directory holds something and is no store, and `init` does not say that it is to become one. */
export class NotAStoreError extends Error {
  readonly root: string;
  /** A name in it that is none of a store's: the first, by its letters. */
  readonly found: string;

  constructor(root: string, found: string) {
    super(`${root} holds ${found} and is no store; name another directory, or open it with init: true`);
    this.name = "NotAStoreError";
    this.root = root;
    this.found = found;
  }
}

function shown(detail: string | bigint | object): string {
  if (typeof detail !== "object") return String(detail);
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}
