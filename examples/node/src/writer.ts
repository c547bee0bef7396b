/** Blobs that are written piece by piece. */

import type { Writer } from "../component/interfaces/sx-persist-blob.js";
import * as given from "./given.js";
import type { Guest } from "./guest.js";

const PIECE_BYTES = 1 << 16;

/**
 * A blob that is being written, of any size, in bounded memory.
 *
 * `finish` stores it, and so does the operation `blobFinish` of `Store.commit`. With neither nothing of it stays once it is dropped. At
 * most 64 may be open.
 */
export class BlobWriter {
  readonly #guest: Guest;
  #handle: Writer | undefined;

  /** By `Store.blobWriter`. */
  constructor(guest: Guest) {
    this.#guest = guest;
    this.#handle = guest.tell(({ blob }) => new blob.Writer());
  }

  /** Adds bytes behind those given before. */
  write(bytes: Uint8Array): void {
    given.count("write", arguments, 1, "bytes");
    const whole = given.data("bytes", bytes);
    for (let start = 0; start < whole.length; start += PIECE_BYTES) {
      const handle = this.#held();
      this.#guest.tell(() => handle.write(whole.subarray(start, start + PIECE_BYTES)));
    }
  }

  /** Stores what was written; answers its address. */
  finish(): string {
    given.count("finish", arguments, 0);
    const handle = this.taken(this.#guest);
    return this.#guest.tell(({ blob }) => blob.Writer.finish(handle));
  }

  /** Lets go of what was written, unless it is finished. */
  drop(): void {
    given.count("drop", arguments, 0);
    const handle = this.#handle;
    this.#handle = undefined;
    // What was begun lies in a root that may be another's by now: it stays there when the lock is lost.
    if (handle && this.#guest.isHeld()) this.#guest.drop(handle);
  }

  /** The handle, which is handed over: it is no longer this writer's. */
  taken(guest: Guest): Writer {
    if (guest !== this.#guest) throw new RangeError("the writer is another store's");
    const handle = this.#held();
    this.#handle = undefined;
    return handle;
  }

  #held(): Writer {
    if (!this.#handle) throw new RangeError("the writer is finished, or dropped");
    return this.#handle;
  }
}

export function writer(name: string, native: unknown): BlobWriter {
  if (!(native instanceof BlobWriter)) throw given.no(name, native, "a BlobWriter");
  return native;
}
