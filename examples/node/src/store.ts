/** The store: typed methods on the functions of wit/*.wit, whose comments say what each means and how it fails. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Moment, Reads, Transaction } from "../component/interfaces/sx-persist-batch.js";
import type { LinePage, MapEntry, Position, Report } from "../component/interfaces/sx-persist-types.js";
import { check } from "./adopt.js";
import { PersistError } from "./errors.js";
import { Folder } from "./folder.js";
import { call, start, type Guest } from "./guest.js";
import { RootLock } from "./lock.js";

const PAGE_EVENTS = 65_536;
const PIECE_BYTES = 1 << 16;

/** A method of a resource that gathers, and its arguments. */
type Gathered<T> = { [M in keyof T]: T[M] extends (...args: infer A) => number ? [M, ...A] : never }[keyof T];

/** An operation of `commit`, a method of `transaction` of wit/batch.wit and its arguments: `["kvPut", "k", "1"]`. */
export type Op = Gathered<Transaction>;

/** What an operation answers: its number, flag or text; undefined when it is done, and answers nothing. */
export type Outcome = bigint | boolean | string | undefined;

/** A question of `moment`, a method of `reads` of wit/batch.wit and its arguments: `["kvGet", "k"]`. */
export type Question = Gathered<Reads>;

/** What a question is answered; undefined for what is absent. */
export type Answer = bigint | string | MapEntry | undefined;

export interface Options {
  /** Opens the root for reading beside a writer, without the lock. */
  readonly readOnly?: boolean;
  /** Makes a store in a directory that holds something else, too. */
  readonly init?: boolean;
}

/**
 * A durable store over one directory. What a call answered survives a loss of power.
 *
 * Values and events are SX text (docs/semantics.md, V). Each call blocks until it is answered.
 */
export class Store {
  readonly #folder: Folder;
  readonly #guest: Guest;
  readonly #lock: RootLock | undefined;
  #isOpen = true;

  private constructor(root: string, { readOnly = false, init = false }: Options) {
    // Before the lock: nothing is left in a directory that is refused.
    if (!readOnly && !init) check(root);
    if (!readOnly) {
      mkdirSync(dirname(root), { recursive: true });
      // For its owner alone: the component makes files that others may read.
      mkdirSync(root, { recursive: true, mode: 0o700 });
    }
    this.#folder = new Folder(root);
    try {
      this.#lock = readOnly ? undefined : new RootLock(this.#folder);
      this.#guest = start(this.#folder, readOnly);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /**
   * Opens `root`, which is made when it is absent, with mode 0700. Throws a `LockedError` when another process has it, and a
   * `NotAStoreError` when it holds something, is no store, and `init` is not set. When somebody removes or replaces the file of
   * the lock, whatever may write is refused with `closed` from then on.
   */
  static open(root: string, options: Options = {}): Store {
    return new Store(root, options);
  }

  /** Checkpoints, and gives the directory back. */
  close(): void {
    if (!this.#isOpen) return;
    try {
      if (this.#lock) this.checkpoint();
    } catch (error) {
      // A component that takes no writes, such as one behind `readonly`, has nothing to checkpoint.
      if (!(error instanceof PersistError && error.variant === "read-only")) throw error;
    } finally {
      this.#isOpen = false;
      this.#release();
    }
  }

  // Streams.

  /** Appends an event, a dict with a `:seq`; answers the stream's last seq. */
  append(stream: string, event: string): bigint {
    return this.#write((guest) => guest.persist.append(stream, event));
  }

  /** Appends all events, or none where the last seq is not `expected` (`stale`). */
  appendExpecting(stream: string, expected: bigint, events: string[]): bigint {
    return this.#write((guest) => guest.persist.appendExpecting(stream, expected, events));
  }

  /** All events of a stream; `pages` is for those past 64 MiB. */
  read(stream: string): string[] {
    return this.#call((guest) => guest.persist.read(stream));
  }

  /** The events with a seq above `after`, a MiB or so at a time. */
  *pages(stream: string, after = 0n): Generator<string[], void> {
    let at: Position = { tag: "after", val: after };
    for (;;) {
      const from: Position = at;
      const page: LinePage = this.#call((guest) => guest.persist.readPage(stream, from, PAGE_EVENTS, "forward"));
      // LF alone ends an event: U+2028 and its like stand in strings.
      if (page.lines !== "") yield page.lines.trimEnd().split("\n");
      if (page.done) return;
      at = { tag: "cursor", val: page.through };
    }
  }

  lastSeq(stream: string): bigint {
    return this.#call((guest) => guest.persist.lastSeq(stream));
  }

  streams(): string[] {
    return this.#call((guest) => guest.persist.streams());
  }

  /** Drops the events with a seq of at most `upto`; answers how many. */
  truncate(stream: string, upto: bigint): bigint {
    return this.#write((guest) => guest.persist.truncate(stream, upto));
  }

  // Keys.

  kvGet(key: string): string | undefined {
    return this.#call((guest) => guest.persist.kvGet(key));
  }

  kvPut(key: string, value: string): void {
    this.#write((guest) => guest.persist.kvPut(key, value));
  }

  /** Was it there? */
  kvDelete(key: string): boolean {
    return this.#write((guest) => guest.persist.kvDelete(key));
  }

  /** Replaces a value where it is `expected`; undefined is absent. */
  kvSwap(key: string, expected: string | undefined, replacement: string | undefined): boolean {
    return this.#write((guest) => guest.persist.kvSwap(key, expected, replacement));
  }

  kvKeys(): string[] {
    return this.#call((guest) => guest.persist.kvKeys());
  }

  // Blobs.

  /** Stores bytes under their CID; `blobWrite` is for large ones. */
  blobPut(bytes: Uint8Array): string {
    return this.#write((guest) => guest.blob.put(bytes));
  }

  blobGet(cid: string): Uint8Array | undefined {
    return this.#call((guest) => guest.blob.get(cid));
  }

  blobHas(cid: string): boolean {
    return this.#call((guest) => guest.blob.has(cid));
  }

  blobDelete(cid: string): boolean {
    return this.#write((guest) => guest.blob.delete(cid));
  }

  /** Stores a blob of any size, piece by piece; nothing of it stays when that fails. */
  blobWrite(pieces: Iterable<Uint8Array>): string {
    const writer = this.#write((guest) => new guest.blob.Writer());
    let isTaken = false;
    try {
      for (const piece of pieces) {
        for (let start = 0; start < piece.length; start += PIECE_BYTES) {
          this.#write(() => writer.write(piece.subarray(start, start + PIECE_BYTES)));
        }
      }
      isTaken = true;
      return this.#write((guest) => guest.blob.Writer.finish(writer));
    } finally {
      if (!isTaken) this.#dispose(writer);
    }
  }

  // Several at once.

  /**
   * Several operations, all or none of them, with one sync; answers the outcome of each. What one of them would answer as an
   * error refuses all; the `PersistError` has its `index`.
   */
  commit(ops: Op[]): Outcome[] {
    return this.#write((guest) => {
      const transaction = new guest.batch.Transaction();
      gather(transaction, ops);
      const committed = guest.batch.Transaction.commit(transaction);
      const answers = ops.map((_, at) => committed.number(at) ?? committed.flag(at) ?? committed.text(at));
      dispose(committed);
      return answers;
    });
  }

  /** Several reads of one moment; answers each. */
  moment(questions: Question[]): Answer[] {
    return this.#call((guest) => {
      const reads = new guest.batch.Reads();
      gather(reads, questions);
      const moment: Moment = guest.batch.Reads.read(reads);
      const answers = questions.map((_, at) => moment.number(at) ?? moment.text(at) ?? moment.entry(at));
      dispose(moment);
      return answers;
    });
  }

  /** Writes objects, all or none of them; the `PersistError` has the `index` of the one that was refused. */
  objectWriteBatch(objects: [string, Uint8Array][]): void {
    this.#write((guest) => guest.objects.writeBatch(objects));
  }

  // The rest.

  /** An operation by its name, arguments as an SX list; undefined where the store does not own it. */
  handleOp(operation: string, args: string): string | undefined {
    return this.#write((guest) => guest.dispatch.handleOp(operation, args));
  }

  /** The same as bytes: a string in the arguments of `blob/put` and in the answer of `blob/get` holds any. */
  handleOpBytes(operation: string, args: Uint8Array): Uint8Array | undefined {
    return this.#write((guest) => guest.dispatch.handleOpBytes(operation, args));
  }

  flush(): void {
    this.#write((guest) => guest.admin.flush());
  }

  /** Writes everything answered so far into the plain files. */
  checkpoint(): void {
    this.#write((guest) => guest.admin.checkpoint());
  }

  /** Reads everything and changes nothing. */
  verify(): Report {
    return this.#call((guest) => guest.admin.verify());
  }

  stats(): Map<string, bigint> {
    return new Map(this.#call((guest) => guest.admin.stats()).map(({ name, value }) => [name, value]));
  }

  #release(): void {
    this.#lock?.release();
    this.#folder.close();
  }

  /** What was begun lies in a root that may be another's by now: it stays there when the lock is lost. */
  #dispose(handle: object): void {
    if (this.#lock?.isHeld() ?? true) dispose(handle);
  }

  /** A call that may write, sync or do a part of a checkpoint. */
  #write<T>(perform: (guest: Guest) => T): T {
    if (this.#isOpen) this.#lock?.check();
    return this.#call(perform);
  }

  #call<T>(perform: (guest: Guest) => T): T {
    if (!this.#isOpen) throw new Error("the store is closed");
    return call(() => perform(this.#guest));
  }
}

/** Lets go of a handle that no call has taken. */
function dispose(handle: object): void {
  const key = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for("dispose");
  (handle as Record<symbol, () => void>)[key]?.();
}

/** Calls the methods of a resource that gathers; when one is refused, nothing of it stays. */
function gather<T extends object>(resource: T, items: Gathered<T>[]): void {
  try {
    for (const [method, ...args] of items as [keyof T, ...unknown[]][]) {
      // What every object inherits would do nothing, and be taken for done.
      const methods = Object.getPrototypeOf(resource) as T;
      const add = Object.hasOwn(methods, method) && method !== "constructor" ? methods[method] : undefined;
      if (typeof add !== "function") throw new TypeError(`${String(method)} is no method of wit/batch.wit`);
      Reflect.apply(add, resource, args);
    }
  } catch (error) {
    dispose(resource);
    throw error;
  }
}
