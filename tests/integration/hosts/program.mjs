// Runs a program that has a store in it, as jco transpiled it: program.mjs PACKAGE PROGRAM ROOT
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, transpiled, root] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(file).href);
const { directory } = await load(`${folder}/dist/filesystem.js`);
const { Folder } = await load(`${folder}/dist/folder.js`);
const { instantiate } = await load(`${transpiled}/sx-persist.js`);

const held = new Folder(root);
const { types, preopens } = directory(held, false);
const compiled = (file) => new WebAssembly.Module(readFileSync(`${transpiled}/${file}`));
instantiate(compiled, { "wasi:filesystem/preopens": preopens, "wasi:filesystem/types": types }).run.run();
held.close();
