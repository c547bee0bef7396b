/** The component in an instance of its own, with one directory and nothing else. */

import { readFileSync } from "node:fs";
import { instantiate, type ImportObject, type Root } from "../component/sx-persist.js";
import type { Refusal as BatchRefusal } from "../component/interfaces/sx-persist-types.js";
import { PersistError, type Refusal } from "./errors.js";
import { directory } from "./filesystem.js";
import type { Folder } from "./folder.js";

export type Guest = Root;

/** Compiled once a process: modules have no state. */
const modules = new Map<string, WebAssembly.Module>();

export function start(root: Folder, readOnly: boolean): Guest {
  const { types, preopens } = directory(root, readOnly);
  // The declarations name these with their version, the code that jco makes without.
  const imports = { "wasi:filesystem/preopens": preopens, "wasi:filesystem/types": types };
  return call(() => instantiate(compiled, imports as unknown as ImportObject));
}

/** Performs a call; the error of its `result`, or its refusal, is thrown as a `PersistError`. */
export function call<T>(perform: () => T): T {
  try {
    return perform();
  } catch (error) {
    if (error instanceof Error && "payload" in error) {
      const refused = error.payload as Refusal | BatchRefusal;
      throw "reason" in refused ? new PersistError(refused.reason, refused.index) : new PersistError(refused);
    }
    // A trap, or an argument of the wrong type. Thrown from here, Node does not print the line of the transpiled code, all of it.
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
