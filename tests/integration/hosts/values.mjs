// Values to text and back in Node, as `values.json` has them: values.mjs PACKAGE FILE
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const { Float, Keyword, Symbol, parse, print } = await import(pathToFileURL(`${folder}/dist/index.js`).href);

// To JSON as V8 has it; JSON.parse has no integers beyond 2 ** 53.
function form(value) {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Symbol) return { $symbol: value.name };
  if (value instanceof Keyword) return { $keyword: value.name };
  if (Array.isArray(value)) return value.map(form);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, form(part)]));
}

function refused(Kind, call, given) {
  try {
    call(given);
  } catch (error) {
    assert.equal(error.constructor, Kind, error.stack);
    return error.message;
  }
  assert.fail("an answer");
}

function nested(depth) {
  let value = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}

const vectors = JSON.parse(readFileSync(file, "utf8"));
for (const [text, json] of vectors.values) {
  assert.deepEqual(form(parse(text)), json);
  // Of floats that are whole more is said below.
  if (!/^-?[0-9]+\.0$|^-?[0-9.]+e[0-9]/.test(text)) assert.equal(print(parse(text)), text);
}
for (const text of vectors.whole_floats) {
  const value = parse(text);
  assert.equal(typeof value, "number");
  assert.equal(print(new Float(value)), text);
  assert.equal(print(value), Object.is(value, -0) ? "-0.0" : text.replace(".0", ""));
}
for (const text of vectors.tied_floats) assert(parse(text) === Number(text), text);
for (const text of vectors.no_texts) refused(RangeError, parse, text);
const integers = [[2 ** 53 - 1, "9007199254740991"], [2n ** 53n, "9007199254740992"], [2 ** 53, "9007199254740992.0"], [1n, "1"]];
for (const [value, text] of integers) assert.equal(print(value), text);
assert.equal(parse("9007199254740992"), 2n ** 53n);
const dict = parse("{:__proto__ {:x 1} :constructor 2}");
assert.deepEqual([Object.keys(dict), dict.x, Object.getPrototypeOf(dict)], [["__proto__", "constructor"], undefined, Object.prototype]);
assert.equal(print(Object.assign(Object.create(null), { b: 1, a: [] })), "{:a (list) :b 1}");

const deepest = `${"(list ".repeat(127)}(list)${")".repeat(127)}`;
assert.equal(print(nested(128)), deepest);
assert.equal(print(parse(deepest)), deepest);
refused(RangeError, print, nested(129));
refused(RangeError, parse, `(list ${deepest})`);
refused(RangeError, parse, "(list ".repeat(1_000_000));
const endless = [];
endless.push(endless);
assert.equal(refused(RangeError, print, endless), "value is more than 128 deep");
assert.equal(refused(TypeError, print, { a: [1, 2, 3, new Date()] }), 'value["a"][3]: a Date is no value');
assert.equal(refused(RangeError, print, { a: [2n ** 64n] }), 'value["a"][0]: an integer of more than 64 bits is no value');
