// Transpiles a component into a folder: node transpile.mjs sx-persist.wasm component
import { transpileBytes, writeFiles } from "@bytecodealliance/jco-transpile";
import { readFile } from "node:fs/promises";

const [component, folder] = process.argv.slice(2);
const { files } = await transpileBytes(await readFile(component), {
  name: "sx-persist",
  outDir: folder,
  // Each store is an instance of its own, with a directory of its own.
  instantiation: "sync",
  namespacedExports: false,
  // An error of the store is an exception with its payload, as jco's command line has it.
  noComponentErrorWrapping: false,
  // A number that is no u64 is refused, not cut to 64 bits.
  strict: true,
  minify: true,
});
await writeFiles(files);
