/** The lock of a root: one writer at a time, whatever host it runs in. */

import { spawnSync } from "node:child_process";
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, readSync, writeSync } from "node:fs";
import { LockedError, PersistError } from "./errors.js";
import type { Folder } from "./folder.js";

const TAKEN = 1;

/** Of a file system that locks files alone, as NFS does: how flock(1) says it. */
const NO_LOCKS = /Bad file descriptor|Invalid argument|No locks available|not implemented|not supported/;

/**
 * `flock` on ROOT and on ROOT/lock, in this order, as the Rust library takes it. Node has no such call, and a lock of another kind
 * (`fcntl`, a folder that is made) would not be seen by the other hosts. So flock(1) takes it, on the very files that are open here:
 * a lock belongs to the open file, which both processes have, and stays when flock(1) is gone. It goes with this process, also when
 * that is killed; and with the descriptor of the root, which is not this one's to close.
 */
export class RootLock {
  readonly #root: Folder;
  readonly #file: number;
  #lost: string | undefined;

  constructor(root: Folder) {
    this.#root = root;
    this.#lock(root.descriptor, NO_LOCKS);
    this.#file = this.#open(constants.O_RDWR | constants.O_CREAT);
    try {
      this.#lock(this.#file);
      this.check();
      this.#sayWho();
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Refuses with `closed` when ROOT/lock is no longer the file that is locked, for good: others may have written since. */
  check(): void {
    if (!this.isHeld()) throw new PersistError({ tag: "closed", val: { step: "lock", file: "lock", code: this.#lost ?? "removed" } });
  }

  isHeld(): boolean {
    this.#lost ??= this.#whatBecame();
    return this.#lost === undefined;
  }

  release(): void {
    closeSync(this.#file);
  }

  get #path(): string {
    return `${this.#root.reachable}/lock`;
  }

  #whatBecame(): string | undefined {
    try {
      const there = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
      if (!there) return "removed";
      const held = fstatSync(this.#file, { bigint: true });
      return held.dev === there.dev && held.ino === there.ino ? undefined : "replaced";
    } catch {
      return "unreadable";
    }
  }

  /** What a link leads to is somebody else's, and for what is no file opening might wait. */
  #open(access: number): number {
    const foreign = `${this.#root.path}/lock is no regular file with one name; remove it if nobody has the root open`;
    let file;
    try {
      file = openSync(this.#path, access | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY, 0o666);
    } catch (error) {
      throw error instanceof Error && "code" in error && error.code === "ELOOP" ? new Error(foreign, { cause: error }) : error;
    }
    const found = fstatSync(file);
    if (found.isFile() && found.nlink <= 1) return file;
    closeSync(file);
    throw new Error(foreign);
  }

  #lock(file: number, tolerated?: RegExp): void {
    const taken = spawnSync("flock", ["--exclusive", "--nonblock", "3"], {
      stdio: ["ignore", "ignore", "pipe", file],
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    if (taken.error) throw new Error("flock(1) of util-linux is needed to lock a store", { cause: taken.error });
    if (taken.status === TAKEN && taken.stderr === "") throw new LockedError(this.#root.path, this.#holder());
    if (taken.status !== 0 && !tolerated?.test(taken.stderr)) {
      throw new Error(`${this.#root.path} cannot be locked: ${taken.stderr}`);
    }
  }

  /** For whoever finds it locked; the lock itself is not in the content, so a disk that has no room for it refuses nobody. */
  #sayWho(): void {
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
    let file;
    try {
      file = this.#open(constants.O_RDONLY);
    } catch {
      return undefined;
    }
    try {
      const bytes = Buffer.alloc(32);
      const text = bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
      return /^\d+$/.test(text) ? Number(text) : undefined;
    } finally {
      closeSync(file);
    }
  }
}
