/** What a directory is before it is opened for writing (docs/format.md, "What is a store"). */

import { existsSync, lstatSync, readdirSync, readFileSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { NotAStoreError } from "./errors.js";

const FORMAT = "sx-persist ";
const ORIGINAL = ["streams", "kv", "blobs"];
const NOBODYS = ["lock", "lost+found"];
const WRITER = /^writer-[0-9]+\.sx-persist$/;

/** Refuses a directory that holds something and is no store. */
export function check(root: string): void {
  if (!existsSync(root) || isStore(root)) return;
  const foreign = entries(root).filter((entry) => !mayBe(root, entry));
  const [found] = foreign.map((entry) => entry.name).sort();
  // Another process may have made the store since: of what it makes, a mark comes first.
  if (found !== undefined && !isStore(root)) throw new NotAStoreError(root, found);
}

function isStore(root: string): boolean {
  const [format, journal] = [join(root, "format"), join(root, "journal")];
  // No links are followed.
  const [file, folder] = [format, journal].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return (
    (file?.isFile() === true && readFileSync(format, "latin1").startsWith(FORMAT)) ||
    (folder?.isDirectory() === true && entries(journal).some((entry) => entry.isFile() && /^[0-9]{20}$/.test(entry.name)))
  );
}

/** May it stand in the original's directory, or in one where nothing is? */
function mayBe(root: string, entry: Dirent): boolean {
  if (NOBODYS.includes(entry.name)) return true;
  if (!entry.isDirectory()) return false;
  // A crash in the first write leaves an empty journal, or the files of blob writers.
  const inside = () => entries(join(root, entry.name));
  if (entry.name === "journal") return inside().length === 0;
  if (entry.name === "tmp") return inside().every((file) => file.isFile() && WRITER.test(file.name));
  return ORIGINAL.includes(entry.name);
}

function entries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true });
}
