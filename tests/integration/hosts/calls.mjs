// Calls what `calls.json` says in Node, each argument of the wrong type before, and prints what is answered: calls.mjs PACKAGE ROOT FILE
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, root, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/dist/${name}.js`).href);
const { Float, Keyword, Store, Symbol: SxSymbol } = await load("index");
const { OPERATIONS, Operations, QUESTIONS } = await load("operations");

class Own {}
const bytes = (text) => new TextEncoder().encode(text);
const nothing = [undefined, () => 1, Symbol("x"), new Own(), new Date(0)];
const textNone = [null, 1, true, bytes("x"), ["x"], {}, ...nothing];
const valueNone = [
  () => 1, Symbol("x"), new Own(), new Date(0), new Map(), new Set(), bytes("x"), [1, undefined], [1, , 2], { a: [{ b: undefined }] },
  { [Symbol("x")]: 1 }, new SxSymbol(1), new Keyword(null), new Float("1"), new String("x"), /x/,
];
const valueOut = [
  1n << 63n, -(1n << 63n) - 1n, NaN, [Infinity], { a: "\ud800" }, { "\udc00": 1 }, new Float(NaN), new SxSymbol("nil"), new Keyword("a b"),
];
const numberNone = ["1", 1.5, NaN, Infinity, true, bytes("1"), [1], () => 1, Symbol("x"), new Date(0), {}];
const listNone = [null, 1, "ab", bytes("ab"), { a: 1 }, new Map(), ...nothing];
const seqNone = [null, true, 1.5, bytes("any"), {}, ...nothing];

function value(json) {
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map(value);
  if ("$symbol" in json) return new SxSymbol(json.$symbol);
  if ("$keyword" in json) return new Keyword(json.$keyword);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, value(part)]));
}

const same = (json) => json;
const optional = (json) => json ?? undefined;

// For each kind of argument: how it is made of JSON, what is of the wrong type, and what is out of range.
const kinds = {
  text: [same, textNone, ["\ud800"]],
  prefix: [same, textNone, ["\ud800"]],
  "text?": [optional, textNone.filter((wrong) => wrong !== undefined), ["a\udfff"]],
  value: [value, [undefined, ...valueNone], valueOut],
  "value?": [(json) => (json === "$absent" ? undefined : value(json)), valueNone, valueOut],
  values: [value, [...listNone, [undefined], [1, bytes("")]], [[1n << 64n], [1, NaN]]],
  number: [same, [null, undefined, ...numberNone], [-1, -1n, 2 ** 53, 1n << 64n]],
  "number?": [optional, [null, ...numberNone], [-1, 1n << 64n]],
  small: [same, [null, undefined, ...numberNone], [-1, 2 ** 32]],
  signed: [same, [null, undefined, ...numberNone], [2 ** 53, 1n << 63n, -(1n << 63n) - 1n]],
  bytes: [bytes, [null, "x", 1, [1], new Uint16Array(1), new ArrayBuffer(1), ...nothing], []],
  "bytes-list": [(json) => json.map(bytes), [...listNone, ["a"], [bytes("a"), null]], []],
  expect: [same, seqNone, ["anyway", -1, 1n << 64n]],
  "expect-seq": [same, seqNone, ["absent", -1, 1n << 64n]],
  position: [
    same,
    [null, 1, true, [], {}, { afer: 1 }, { after: "1" }, { after: 1, cursor: "x" }, { cursor: 1 }, { cursor: undefined }, ...nothing],
    ["middle", { after: -1 }],
  ],
  direction: [same, [null, 1, bytes("forward"), ...nothing], ["sideways"]],
  durability: [same, [null, 1, bytes("always"), ...nothing], ["never"]],
  layout: [same, [null, 1, bytes("plain"), ...nothing], ["columns"]],
  "usage-by": [same, [null, 1, bytes("tables"), ...nothing], ["days"]],
  range: [
    (json) => Object.fromEntries(Object.entries(json).map(([name, text]) => [name, bytes(text)])),
    [null, "x", [], { prefix: "x" }, { prefix: null }, { start: "x" }, { end: 1 }, { prefx: bytes("x") }, ...nothing],
    [],
  ],
  pairs: [
    (json) => json.map(([key, text]) => ({ key: bytes(key), value: bytes(text) })),
    [...listNone, [["a", bytes("b")]], [{ key: "a", value: bytes("b") }], [{ key: bytes("a") }]],
    [],
  ],
  objects: [
    (json) => json.map(([hash, text]) => [hash, bytes(text)]),
    [...listNone, [["a".repeat(40), "x"]], [[1, bytes("x")]], [["a".repeat(40)]], [["a".repeat(40), bytes("x"), 1]], ["xx"]],
    [],
  ],
  writer: [same, [null, "w", 1, bytes("w"), ...nothing], []],
};

// Parameters of methods that may be left out: undefined is no wrong type there.
const leftOut = ["prefix", "small", "position", "direction", "range", "expect", "expect-seq"];

const camel = (name) => name.replace(/-./g, (part) => part[1].toUpperCase());

function caller(store, name) {
  const [first, second] = name.split(" ");
  if (first === "commit") return (...given) => store.commit([[camel(second), ...given]])[0];
  if (first === "moment") return (...given) => store.moment([[camel(second), ...given]])[0];
  return (...given) => store[camel(name)](...given);
}

function refuses(call, given, Kind, name) {
  let answer;
  try {
    answer = call(...given);
  } catch (error) {
    if (error.constructor === Kind && error.message.includes(":")) return;
    throw new Error(`${name}: no ${Kind.name} for`, { cause: [given, error] });
  }
  throw new Error(`${name}: an answer, and no ${Kind.name}`, { cause: [given, answer] });
}

function answered(answer) {
  if (answer === undefined || answer === null) return null;
  if (typeof answer === "bigint") return Number(answer);
  if (answer instanceof SxSymbol) return { $symbol: answer.name };
  if (answer instanceof Keyword) return { $keyword: answer.name };
  if (answer instanceof Uint8Array) return { $bytes: new TextDecoder().decode(answer) };
  if (answer instanceof Map) return answered(Object.fromEntries(answer));
  if (Array.isArray(answer)) return answer.map(answered);
  if (typeof answer !== "object") return answer;
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(answer).map(([name, part]) => [kebab(name), answered(part)]));
}

function written(store, text) {
  const writer = store.blobWriter();
  writer.write(bytes(text));
  return writer;
}

const calls = JSON.parse(readFileSync(file, "utf8"));
const methods = Object.getOwnPropertyNames(Operations.prototype).filter((name) => name !== "constructor");
const named = [...methods, ...[...OPERATIONS.keys()].map((name) => `commit ${name}`), ...[...QUESTIONS.keys()].map((name) => `moment ${name}`)];
const missing = named.filter((name) => !calls.some(([called]) => camel(called) === name));
if (missing.length > 0) throw new Error(`${file} calls no ${missing}`);

const store = Store.open(root);
const answers = calls.map(([name, parts]) => {
  const call = caller(store, name);
  const isGathered = name.includes(" ");
  const given = parts.map(([kind, part]) => kinds[kind][0](part));
  const lsn = store.stats().get("lsn");
  parts.forEach(([kind], index) => {
    const [, none, out] = kinds[kind];
    for (const [wrongs, Kind] of [[none, TypeError], [out, RangeError]]) {
      for (const wrong of wrongs) {
        if (wrong === undefined && !isGathered && leftOut.includes(kind)) continue;
        refuses(call, given.with(index, wrong), Kind, name);
      }
    }
  });
  refuses(call, [...given, null], TypeError, name);
  // Of a method's last arguments some may be left out.
  const isRequired = isGathered || !["text?", ...leftOut].includes(parts.at(-1)?.[0]);
  if (given.length > 0 && isRequired) refuses(call, given.slice(0, -1), TypeError, name);
  if (store.stats().get("lsn") !== lsn) throw new Error(`${name}: something was written that is wrong`);
  return answered(call(...parts.map(([kind, part], index) => (kind === "writer" ? written(store, part) : given[index]))));
});
store.close();
console.log(JSON.stringify(answers));
