/** The component in an instance of its own, with one directory and nothing else. */

import { readFileSync } from "node:fs";
import { instantiate, type ImportObject, type Root } from "../component/sx-persist.js";
import type { Refusal as BatchRefusal } from "../component/interfaces/sx-persist-types.js";
import { PersistError, type Refusal } from "./errors.js";
import { directory } from "./filesystem.js";
import type { Folder } from "./folder.js";
import type { RootLock } from "./lock.js";

export type Component = Root;

type Function<I extends keyof Root, F extends keyof Root[I]> = Extract<Root[I][F], (...given: never[]) => unknown>;

/** What a function of the component takes. */
export type Given<I extends keyof Root, F extends keyof Root[I]> = Parameters<Function<I, F>>;

/** What it answers. */
export type Answer<I extends keyof Root, F extends keyof Root[I]> = ReturnType<Function<I, F>>;

/** Compiled once a process: modules have no state. */
const modules = new Map<string, WebAssembly.Module>();

export class Guest {
  readonly #component: Component;
  readonly #lock: RootLock | undefined;
  #isOpen = true;

  constructor(root: Folder, lock: RootLock | undefined, readOnly: boolean) {
    this.#lock = lock;
    const { types, preopens } = directory(root, readOnly);
    // The declarations name these with their version, the code that jco makes without.
    const imports = { "wasi:filesystem/preopens": preopens, "wasi:filesystem/types": types };
    this.#component = call(() => instantiate(compiled, imports as unknown as ImportObject));
  }

  /** A call that neither writes nor syncs, nor does a part of a checkpoint. */
  ask<T>(perform: (component: Component) => T): T {
    if (!this.#isOpen) throw new Error("the store is closed");
    return call(() => perform(this.#component));
  }

  /** Any other. */
  tell<T>(perform: (component: Component) => T): T {
    if (this.#isOpen) this.#lock?.check();
    return this.ask(perform);
  }

  isHeld(): boolean {
    return this.#isOpen && (this.#lock?.isHeld() ?? true);
  }

  /** Lets go of a handle that no call has taken. */
  drop(handle: object): void {
    const key = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for("dispose");
    (handle as Record<symbol, () => void>)[key]?.();
  }

  close(): void {
    this.#isOpen = false;
  }
}

/** Performs a call; the error of its `result`, or its refusal, is thrown as a `PersistError`. */
function call<T>(perform: () => T): T {
  try {
    return perform();
  } catch (error) {
    if (error instanceof Error && "payload" in error) {
      const refused = error.payload as Refusal | BatchRefusal;
      throw "reason" in refused ? new PersistError(refused.reason, refused.index) : new PersistError(refused);
    }
    // A trap. Thrown from here, Node does not print the line of the transpiled code, all of it.
    throw new Error(`the component failed: ${String(error)}`, { cause: error });
  }
}

function compiled(file: string): WebAssembly.Module {
  const known = modules.get(file);
  if (known) return known;
  const module = new WebAssembly.Module(readFileSync(new URL(`../component/${file}`, import.meta.url)));
  modules.set(file, module);
  return module;
}
