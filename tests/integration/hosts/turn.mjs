// A host of tests/integration/hosts in Node: performs the operations that come in, one line of JSON each, and answers each with a line.
//
// Events and values of single operations come and go as SX text, as every host is spoken to; those of several at once are JSON.
//
// turn.mjs PACKAGE ROOT [read-only | init]
import { pathToFileURL } from "node:url";

const [folder, root, ...words] = process.argv.slice(2);
const { LockedError, NotAStoreError, PersistError, Store, parse, print } = await import(pathToFileURL(`${folder}/dist/index.js`).href);

const operations = {
  append: (store, stream, event) => store.append(stream, parse(event)),
  "append-expecting": (store, stream, expected, events) => store.appendExpecting(stream, expected, events.map(parse)),
  read: (store, stream) => store.read(stream).map((event) => print(event)),
  pages: (store, stream) => [...store.pages(stream)].flat().map((event) => print(event)),
  commit: (store, ops) => store.commit(ops.map(camel)),
  moment: (store, questions) => store.moment(questions.map(camel)),
  "write-batch": (store, objects) =>
    store.objectWriteBatch(objects.map(([hash, numbers]) => [hash, Uint8Array.from(numbers)])),
  truncate: (store, stream, upto) => store.truncate(stream, upto),
  "kv-put": (store, key, value) => store.kvPut(key, parse(value)),
  put: (store, numbers) => store.blobPut(Uint8Array.from(numbers)),
  get: (store, cid) => Array.from(store.blobGet(cid) ?? []),
  checkpoint: (store) => store.checkpoint(),
  damaged: (store) => store.verify().damaged,
  "folder-sync": (store) => store.stats().get("folder-sync"),
  close: (store) => store.close(),
};

// `kv-put` as `kvPut`; numbers are bytes.
function camel([name, ...given]) {
  const method = name.replace(/-./g, (part) => part[1].toUpperCase());
  return [method, ...given.map((part) => (Array.isArray(part) ? Uint8Array.from(part) : part))];
}

function say(answer) {
  const text = JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? Number(value) : (value ?? null)));
  process.stdout.write(`${text}\n`);
}

function open() {
  try {
    return Store.open(root, { readOnly: words.includes("read-only"), init: words.includes("init") });
  } catch (error) {
    if (error instanceof NotAStoreError) say({ foreign: error.found });
    else if (error instanceof LockedError) say({ locked: error.holder });
    else throw error;
    process.exit();
  }
}

// Node's own `readline` would cut at U+2028, too.
async function* lines(input) {
  let rest = "";
  for await (const text of input.setEncoding("utf8")) {
    const parts = (rest + text).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

const store = open();
say({ ok: null });
for await (const line of lines(process.stdin)) {
  const [operation, ...given] = JSON.parse(line);
  try {
    say({ ok: operations[operation](store, ...given) ?? null });
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) say({ error: "of the caller" });
    else if (!(error instanceof PersistError)) throw error;
    else say({ error: error.index === undefined ? error.variant : `${error.index} ${error.variant}` });
  }
}
