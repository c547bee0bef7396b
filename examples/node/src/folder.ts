/** A directory that is held by its descriptor: the same one for as long as that is open, whatever becomes of its name. */

import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { resolve } from "node:path";

export class Folder {
  /** Absolute: a program may go to another working directory. */
  readonly path: string;
  /** Leads to the directory: by its descriptor where the system has such paths, else the path that it was opened at. */
  readonly reachable: string;
  readonly descriptor: number;
  #isOpen = true;

  constructor(path: string) {
    this.path = resolve(path);
    this.descriptor = openSync(this.path, constants.O_RDONLY | constants.O_DIRECTORY);
    const own = `/proc/self/fd/${this.descriptor}`;
    this.reachable = this.#isAt(own) ? own : this.path;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  close(): void {
    this.#isOpen = false;
    closeSync(this.descriptor);
  }

  #isAt(path: string): boolean {
    const [held, there] = [fstatSync(this.descriptor, { bigint: true }), statSync(path, { bigint: true, throwIfNoEntry: false })];
    return there !== undefined && held.dev === there.dev && held.ino === there.ino;
  }
}
