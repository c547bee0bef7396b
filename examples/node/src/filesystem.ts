/** One directory as `wasi:filesystem`: that of the preview2 shim, and what it lacks. */

import * as shim from "@bytecodealliance/preview2-shim/filesystem";
import type * as Preopens from "../component/interfaces/wasi-filesystem-preopens.js";
import type * as Types from "../component/interfaces/wasi-filesystem-types.js";
import type { Folder } from "./folder.js";

export interface Filesystem {
  types: typeof Types;
  preopens: typeof Preopens;
}

interface Shim {
  createFilesystem(options: { preopens: Record<string, string> }): Filesystem;
  types: { filesystemErrorCode(error: { payload: unknown }): Types.ErrorCode };
}

// To TypeScript the package shows the declarations of its file for browsers; what Node loads is this.
const { createFilesystem, types } = shim as unknown as Shim;

export function directory(root: Folder, readOnly: boolean): Filesystem {
  const filesystem = createFilesystem({ preopens: { "/": root.reachable } });
  const directories = filesystem.preopens.getDirectories();
  for (const [descriptor] of directories) {
    // The shim answers no flags for the directory itself, and the store takes one that may not be changed as read-only.
    descriptor.getFlags = () => ({ read: true, mutateDirectory: !readOnly });
    answerErrors(descriptor);
    keepTo(descriptor);
    refuseWhenClosed(descriptor, root);
  }
  return { types: filesystem.types, preopens: { getDirectories: () => directories } };
}

/**
 * The shim throws what Node threw where a read or a write fails. That would end the instance in the middle of a call; a full disk
 * is an answer. All files are opened from the directory, and are mended as they are opened.
 */
function answerErrors(descriptor: Types.Descriptor): void {
  const { read, write, openAt } = descriptor;
  descriptor.read = (...given) => answered(() => read.apply(descriptor, given));
  descriptor.write = (...given) => answered(() => write.apply(descriptor, given));
  descriptor.openAt = (...given) => {
    const opened = openAt.apply(descriptor, given);
    answerErrors(opened);
    return opened;
  };
}

/**
 * The component opens the directory once more, as `.`, and everything from there. The shim would look for that by the name that it
 * had then, which may lead elsewhere by now; the directory itself it finds by what it was given for each call, the descriptor.
 */
function keepTo(directory: Types.Descriptor): void {
  const { openAt } = directory;
  directory.openAt = (...given) => {
    const opened = openAt.apply(directory, given);
    if (given[1] !== ".") return opened;
    opened.openAt = (...of) => directory.openAt(...of);
    opened.statAt = (...of) => directory.statAt(...of);
    opened.createDirectoryAt = (...of) => directory.createDirectoryAt(...of);
    opened.unlinkFileAt = (...of) => directory.unlinkFileAt(...of);
    opened.renameAt = (from, into, to) => directory.renameAt(from, into === opened ? directory : into, to);
    opened.readDirectory = () => openAt.call(directory, {}, ".", { directory: true }, { read: true }).readDirectory();
    return opened;
  };
}

/**
 * A writer that is collected as garbage removes its file, and may be collected long after its store was closed. The number of the
 * descriptor may be another directory's by then.
 */
function refuseWhenClosed(directory: Types.Descriptor, root: Folder): void {
  const { openAt, statAt, createDirectoryAt, unlinkFileAt, renameAt } = directory;
  const isOpen = <A extends unknown[], T>(call: (...given: A) => T) => (...given: A): T => {
    // A string: so the shim throws its codes.
    if (!root.isOpen) throw "bad-descriptor";
    return call.apply(directory, given);
  };
  directory.openAt = isOpen(openAt);
  directory.statAt = isOpen(statAt);
  directory.createDirectoryAt = isOpen(createDirectoryAt);
  directory.unlinkFileAt = isOpen(unlinkFileAt);
  directory.renameAt = isOpen(renameAt);
}

function answered<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && "code" in error) throw types.filesystemErrorCode({ payload: error });
    throw error;
  }
}
