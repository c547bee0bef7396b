/** The store: a directory that is open, and its operations. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { check } from "./adopt.js";
import { PersistError } from "./errors.js";
import { Folder } from "./folder.js";
import { answers, gather, taken } from "./gathered.js";
import * as given from "./given.js";
import { Guest, type Answer, type Component, type Given } from "./guest.js";
import { RootLock } from "./lock.js";
import { OPERATIONS, Operations, QUESTIONS, type MapEntry, type Operation, type Position, type Question } from "./operations.js";
import type { Value } from "./sx.js";
import { BlobWriter } from "./writer.js";

const PAGE_EVENTS = 65_536;

/** What an operation or a question is answered; undefined when it is done and answers nothing, and for what is absent. */
export type Outcome = bigint | Value | MapEntry | undefined;

export interface Options {
  /** Opens the root for reading beside a writer, without the lock. */
  readonly readOnly?: boolean;
  /** Makes a store in a directory that holds something else, too. */
  readonly init?: boolean;
}

/**
 * A durable store over one directory. What a call answered survives a loss of power.
 *
 * Values and events are what JavaScript has for them, as in JSON (`sx.ts`); `handleOp` alone takes and answers SX text. What is of
 * the wrong type is a `TypeError`, and what is out of range a `RangeError`, before anything is done. Each call blocks until it is
 * answered.
 */
export class Store extends Operations {
  readonly #folder: Folder;
  readonly #guest: Guest;
  readonly #lock: RootLock | undefined;
  #isOpen = true;

  private constructor(root: string, options: Options) {
    super();
    // An empty one would be the working directory.
    if (given.text("root", root) === "") throw new RangeError("root: an empty path");
    const { readOnly, init } = taking(options);
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
      this.#guest = new Guest(this.#folder, this.#lock, readOnly);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /**
   * Opens `root`, which is made when it is absent, with mode 0700. Throws a `LockedError` when another process has it, and a
   * `NotAStoreError` when it holds something, is no store, and `init` is not set. An option that is not known is a `TypeError`. When
   * somebody removes or replaces the file of the lock, whatever may write is refused with `closed` from then on.
   */
  static open(root: string, options: Options = {}): Store {
    given.count("Store.open", arguments, 1, "root", "options");
    return new Store(root, options);
  }

  /** Checkpoints, and gives the directory back. */
  close(): void {
    given.count("close", arguments, 0);
    if (!this.#isOpen) return;
    try {
      if (this.#lock) this.checkpoint();
    } catch (error) {
      // A component that takes no writes, such as one behind `readonly`, has nothing to checkpoint.
      if (!(error instanceof PersistError && error.variant === "read-only")) throw error;
    } finally {
      this.#isOpen = false;
      this.#guest.close();
      this.#release();
    }
  }

  /** The events with a seq above `after`, a MiB of text or so at a time. */
  pages(stream: string, after: number | bigint = 0): Generator<Value[], void> {
    given.count("pages", arguments, 1, "stream", "after");
    return this.#pages(given.text("stream", stream), given.number("after", after));
  }

  *#pages(stream: string, after: bigint): Generator<Value[], void> {
    let at: Position = { after };
    for (;;) {
      const page = this.readPage(stream, at, PAGE_EVENTS);
      if (page.lines.length > 0) yield page.lines;
      if (page.done) return;
      at = { cursor: page.through };
    }
  }

  /** Begins a blob that is written piece by piece. */
  blobWriter(): BlobWriter {
    given.count("blobWriter", arguments, 0);
    return new BlobWriter(this.#guest);
  }

  /** Stores a blob of any size, piece by piece; nothing of it stays when that fails. */
  blobWrite(pieces: Iterable<Uint8Array>): string {
    given.count("blobWrite", arguments, 1, "pieces");
    const writer = this.blobWriter();
    try {
      for (const piece of pieces) writer.write(piece);
      return writer.finish();
    } finally {
      writer.drop();
    }
  }

  /**
   * Several operations, all or none of them, with one sync; answers each: a number, a flag, an address or an event, or undefined.
   *
   * An operation is the name of one and its arguments: `["kvDelete", "k"]`, `["append", "s", { seq: 1 }]`; a writer is a
   * `BlobWriter`. The names are those of methods, or as `transaction` of wit/batch.wit spells them: `kvPut`, `kv-put`, `kv_put`.
   * What one of them would answer as an error refuses all; the `PersistError` has its `index`. What is no operation is a `RangeError`.
   */
  commit(operations: Iterable<Operation>): Outcome[] {
    given.count("commit", arguments, 1, "operations");
    const items = taken("commit", OPERATIONS, operations);
    const transaction = this.#guest.tell(({ batch }) => new batch.Transaction());
    gather(this.#guest, transaction, items);
    return answers(this.#guest, this.#guest.tell(({ batch }) => batch.Transaction.commit(transaction)), items) as Outcome[];
  }

  /**
   * Several reads of one moment; answers each, undefined for what is absent.
   *
   * A question is the name of one and its arguments: `["kvGet", "k"]`, `["lastSeq", "s"]`. The names are those of methods, or as
   * `reads` of wit/batch.wit spells them: `kvGet`, `kv-get`, `kv_get`.
   */
  moment(questions: Iterable<Question>): Outcome[] {
    given.count("moment", arguments, 1, "questions");
    const items = taken("moment", QUESTIONS, questions);
    const reads = this.#guest.ask(({ batch }) => new batch.Reads());
    gather(this.#guest, reads, items);
    return answers(this.#guest, this.#guest.ask(({ batch }) => batch.Reads.read(reads)), items) as Outcome[];
  }

  protected ask<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F> {
    return this.#guest.ask((component) => called(component[of][name], given));
  }

  protected tell<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F> {
    return this.#guest.tell((component) => called(component[of][name], given));
  }

  #release(): void {
    this.#lock?.release();
    this.#folder.close();
  }
}

/** An option that is misspelled would be left out, and a reader would open for writing. */
function taking(options: Options): Required<Options> {
  const known = given.record("options", options, "readOnly", "init");
  const flag = (name: keyof Options) => given.optional(given.flag)(`options.${name}`, known[name]) ?? false;
  return { readOnly: flag("readOnly"), init: flag("init") };
}

function called<A>(call: unknown, given: readonly unknown[]): A {
  return (call as (...given: readonly unknown[]) => A)(...given);
}
