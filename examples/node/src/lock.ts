/** The lock of a root: one writer at a time, whatever host it runs in. */

import { spawnSync } from "node:child_process";
import { closeSync, constants, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LockedError } from "./errors.js";

const TAKEN = 1;

/**
 * `flock` on ROOT/lock, as the Rust library takes it. Node has no such call, and a lock of another kind (`fcntl`, a folder that is
 * made) would not be seen by the other hosts. So flock(1) takes it, on the very file that is open here: the lock belongs to the
 * open file, which both processes have, and stays when flock(1) is gone. It goes with this process, also when that is killed.
 */
export class RootLock {
  readonly #file: number;

  constructor(root: string) {
    this.#file = openSync(join(root, "lock"), constants.O_RDWR | constants.O_CREAT, 0o666);
    try {
      this.#take(root);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  release(): void {
    closeSync(this.#file);
  }

  #take(root: string): void {
    const taken = spawnSync("flock", ["--exclusive", "--nonblock", "3"], {
      stdio: ["ignore", "ignore", "pipe", this.#file],
      encoding: "utf8",
    });
    if (taken.error) throw new Error("flock(1) of util-linux is needed to lock a store", { cause: taken.error });
    if (taken.status === TAKEN && taken.stderr === "") throw new LockedError(root, this.#holder());
    if (taken.status !== 0) throw new Error(`${root} cannot be locked: ${taken.stderr}`);
    // For whoever finds it locked; the lock itself is not in the content, so a disk that has no room for it refuses nobody.
    const holder = Buffer.from(String(process.pid));
    try {
      writeSync(this.#file, holder, 0, holder.length, 0);
      ftruncateSync(this.#file, holder.length);
    } catch {
      // Rather nobody than the one before.
      ftruncateSync(this.#file, 0);
    }
  }

  #holder(): number | undefined {
    const bytes = Buffer.alloc(32);
    const text = bytes.toString("latin1", 0, readSync(this.#file, bytes, 0, bytes.length, 0));
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
}
