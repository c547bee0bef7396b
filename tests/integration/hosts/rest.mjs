// What `calls.json` has no words for, in Node: rest.mjs PACKAGE ROOT
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const [folder, root] = process.argv.slice(2);
const { Float, PersistError, Store } = await import(pathToFileURL(`${folder}/dist/index.js`).href);

function refused(Kind, call) {
  try {
    call();
  } catch (error) {
    assert.equal(error.constructor, Kind, error.stack);
    return error;
  }
  assert.fail("an answer");
}

mkdirSync(root);
for (const wrong of [undefined, null, 1, [root], {}]) {
  refused(TypeError, () => Store.open(wrong));
  refused(TypeError, () => Store.open(wrong, { readOnly: true }));
}
refused(RangeError, () => Store.open(""));
// A misspelled option would open for writing what is to be read, and make it.
const unmade = join(root, "unmade");
for (const wrong of [{ readonly: true }, { read_only: true }, { readOnly: "yes" }, { init: 1 }, { readOnly: null }]) {
  assert.ok(refused(TypeError, () => Store.open(unmade, wrong)).message.includes(Object.keys(wrong)[0]));
}
for (const wrong of [null, true, "readOnly", [], () => 1, new Map()]) refused(TypeError, () => Store.open(unmade, wrong));
refused(TypeError, () => Store.open(unmade, {}, {}));
refused(TypeError, () => Store.open());
assert.ok(!existsSync(unmade));
const missing = join(root, "missing");
assert.ok(refused(Error, () => Store.open(missing, { readOnly: true })).message.includes(missing));
assert.ok(!existsSync(missing));

const store = Store.open(root);
// nil is no absence.
store.kvPut("nil", null);
assert.deepEqual([store.kvGet("nil"), store.kvGet("absent")], [null, undefined]);
assert.deepEqual(store.moment([["kvGet", "nil"], ["kvGet", "absent"]]), [null, undefined]);
assert.deepEqual([store.kvSwap("nil", undefined, 1), store.kvSwap("nil", null, undefined)], [false, true]);

// A whole float is one when it says so.
store.kvPut("float", new Float(3));
assert.deepEqual([store.kvGet("float"), store.kvSwap("float", 3, 4), store.kvSwap("float", new Float(3), undefined)], [3, false, true]);

// What may be left out.
store.appendExpecting("s", 0, [{ seq: 1 }, { seq: 2n }, { seq: 3 }].values());
assert.deepEqual(store.readPage("s").lines, [{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
assert.deepEqual([...store.pages("s", 1)], [[{ seq: 2 }, { seq: 3 }]]);
assert.deepEqual([store.mapScan("t").items, store.kvList().entries], [[], []]);

// As many arguments as there are parameters.
for (const [call, message] of [
  [() => store.kvPut("k"), "kvPut(key, value): 1 argument is given"],
  [() => store.kvPut("k", 1, 2), "kvPut(key, value): 3 arguments are given"],
  [() => store.kvList("", undefined, 1, 2), "kvList(prefix?, after?, limit?): 4 arguments are given"],
  [() => store.refTestAndSet("r", undefined), "refTestAndSet(name, test, set): 2 arguments are given"],
  [() => store.pages(), "pages(stream, after?): 0 arguments are given"],
  [() => store.pages("s", 0, 1), "pages(stream, after?): 3 arguments are given"],
  [() => store.streams("s"), "streams(): 1 argument is given"],
  [() => store.commit(), "commit(operations): 0 arguments are given"],
  [() => store.commit(["kvDelete", "k"], ["kvDelete", "l"]), "commit(operations): 2 arguments are given"],
  [() => store.moment([], []), "moment(questions): 2 arguments are given"],
  [() => store.blobWrite(), "blobWrite(pieces): 0 arguments are given"],
  [() => store.blobWriter(1), "blobWriter(): 1 argument is given"],
  [() => store.close(true), "close(): 1 argument is given"],
]) {
  assert.equal(refused(TypeError, call).message, message);
}

// Pieces of any size; nothing stays of a blob that is not finished.
const bytes = Uint8Array.from({ length: 150_000 }, (_, at) => at % 251);
assert.deepEqual(store.blobGet(store.blobWrite([bytes.subarray(0, 1), Buffer.from(bytes.subarray(1))])), bytes);
for (let round = 0; round < 70; round++) {
  const writer = store.blobWriter();
  writer.write(Uint8Array.of(1));
  writer.drop();
  refused(RangeError, () => writer.finish());
  refused(TypeError, () => store.blobWrite(["text"]));
}
assert.equal(store.stats().get("blobs"), 1n);

// A refusal says which one it was.
const put = ["kvPut", "k", 1];
const facts = (call) => {
  const { variant, index } = refused(PersistError, call);
  return [variant, index];
};
assert.deepEqual(facts(() => store.commit([put, ["kvSwap", "k", 7, 8]].values())), ["conflict", 1]);
assert.deepEqual(facts(() => store.moment([["count", "s"], ["count", ""]])), ["invalid-name", 1]);
const both = '((("kv-put" "k" 1) ("kv-swap" "k" (7) (8))))';
assert.deepEqual(facts(() => store.handleOp("persist/batch/commit", both)), ["conflict", 1]);
assert.deepEqual(facts(() => store.handleOpBytes("persist/kv-gett", Buffer.from("nil"))), ["invalid-argument", undefined]);
assert.deepEqual(refused(PersistError, () => store.appendExpecting("s", 7, [{ seq: 8 }])).reason, {
  tag: "stale",
  val: { expected: 7n, actual: 3n },
});
for (const wrong of [undefined, null, "abc", Uint8Array.of(1), 1, [null], [[]], ["kvPut"], [[1, "k"]]]) {
  refused(TypeError, () => store.commit(wrong));
}
for (let round = 0; round < 70; round++) {
  refused(TypeError, () => store.commit([put, ["kvPut", "k", Uint8Array.of(1)]]));
  for (const name of ["kvPutt", "kv-Put", "Kv-put", "commit", "constructor", "toString", "__proto__", ""]) {
    refused(RangeError, () => store.commit([put, [name, "k", 1]]));
  }
}
// By whichever name, and with the nearest for one that is none.
for (const name of ["kvPut", "kv-put", "kv_put"]) {
  assert.deepEqual(store.commit([[name, "named", name], ["kv-delete", "named"]]), [undefined, true]);
}
assert.deepEqual(store.moment([["last-seq", "s"], ["last_seq", "s"], ["lastSeq", "s"]]), [3n, 3n, 3n]);
const advice = (name) => refused(RangeError, () => store.commit([[name]])).message;
for (const [wrong, meant] of [["kvPutt", "kvPut"], ["kv-putt", "kv-put"], ["kv_putt", "kv_put"], ["mapincrement", "mapIncrement"]]) {
  assert.equal(advice(wrong), `operation 0: commit knows no "${wrong}"; did you mean "${meant}"?`);
}
assert.ok(advice("constructor").startsWith('operation 0: commit knows no "constructor"; there are append, '));
assert.ok(advice("x".repeat(100_000)).includes("there are append, "));
const writer = store.blobWriter();
refused(RangeError, () => store.commit([["blobFinish", writer], ["blobFinish", writer]]));
assert.deepEqual(store.kvKeys(), []);
store.close();
refused(Error, () => store.read("s"));

// A store whose first act is a blob that is not finished is one all the same.
const begun = join(root, "begun");
for (let round = 0; round < 3; round++) {
  const store = Store.open(begun);
  store.blobWriter().write(Uint8Array.of(1));
  store.close();
}

// A writer that is collected after its store was closed leaves the files of another alone, though its descriptor has the same number.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
function open(root) {
  const store = Store.open(root);
  const writer = store.blobWriter();
  writer.write(Uint8Array.of(1, 2, 3));
  return { store, writer };
}
open(begun).store.close();
const other = open(join(root, "other"));
for (let round = 0; round < 3; round++) {
  collect();
  await after(10);
}
assert.deepEqual(other.store.blobGet(other.writer.finish()), Uint8Array.of(1, 2, 3));
other.store.close();
