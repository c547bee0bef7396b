/**
 * Values to SX text and back (docs/semantics.md, V).
 *
 * nil is null, a list is an array, a dict is a plain object. `Symbol` and `Keyword` stand for the two types that JavaScript has not,
 * and `Float` for one that it cannot tell from another: 3.0 is the number 3 here, and would be written as an integer.
 */

export class Symbol {
  constructor(readonly name: string) {}
}

export class Keyword {
  constructor(readonly name: string) {}
}

/** A number that is written as a float, be it whole. */
export class Float {
  constructor(readonly value: number) {}
}

/**
 * A value. A number that is a safe integer is written as an integer, any other and -0 as a float; a bigint is an integer. Integers
 * beyond `Number.MAX_SAFE_INTEGER` are read as a bigint.
 */
export type Value = null | boolean | number | bigint | string | Symbol | Keyword | Float | readonly Value[] | { readonly [key: string]: Value };

const DEPTH_MAX = 128;
const FIRST = "a-zA-Z_~*+\\-><=/!?&";
const TOKEN = `[${FIRST}][${FIRST}0-9.:#,]*`;
const IS_TOKEN = new RegExp(`^${TOKEN}$`);
const NO_SYMBOL = /^(?:(?:true|false|nil)$|[+-][0-9])/;
const IS_INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPES = new Map([["\\", "\\\\"], ['"', '\\"'], ["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);
const UNESCAPED = new Map(Array.from(ESCAPES, ([letter, escape]) => [escape, letter]));
const CONSTANTS = [["nil", null], ["true", true], ["false", false]] as const;

// What a text goes on with, each from a place of it.
const NAME = new RegExp(TOKEN, "y");
const NUMBER = /-?[0-9][0-9.eE+-]*/y;
const STRING = /"(?:[^"\\\n\r\t]|\\["\\nrt])*"/y;

/**
 * The canonical text of a value; `name` is what errors call it.
 *
 * What is of another type is a `TypeError`. A `RangeError` is a bigint of more than 64 bits, a number that is not finite, a text with
 * a lone surrogate, a symbol or keyword with a name that none may have, and what is more than 128 deep.
 */
export function print(value: Value, name = "value"): string {
  return new Printer(name).value(value);
}

/** The value of a canonical text, which is what the store answers. Any other text is a `RangeError`. */
export function parse(text: string): Value {
  const reader = new Reader(text);
  const value = reader.value(1);
  if (reader.at !== text.length) throw reader.no();
  return value;
}

class Printer {
  readonly #name: string;
  /** The keys and indexes that lead to what is printed. It is as deep as they are many. */
  readonly #path: (string | number)[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  value(value: unknown): string {
    if (this.#path.length >= DEPTH_MAX) throw new RangeError(`${this.#name} is more than ${DEPTH_MAX} deep`);
    if (value === null) return "nil";
    if (typeof value === "boolean") return String(value);
    if (typeof value === "number") {
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : this.#float(value);
    }
    if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) !== value) throw this.#no(RangeError, "an integer of more than 64 bits is no value");
      return String(value);
    }
    if (typeof value === "string") return this.#string(value);
    // Not `map`, which leaves holes out.
    if (Array.isArray(value)) return `(list${Array.from(value, (item, index) => ` ${this.#part(index, item)}`).join("")})`;
    if (value instanceof Float && typeof value.value === "number") return this.#float(value.value);
    if (value instanceof Symbol || value instanceof Keyword) return this.#named(value);
    if (isPlain(value)) {
      const keys = Object.keys(value).sort(byBytes);
      return `{${keys.map((key) => `${this.#key(key)} ${this.#part(key, value[key])}`).join(" ")}}`;
    }
    throw this.#no(TypeError, `${described(value)} is no value`);
  }

  #part(place: string | number, value: unknown): string {
    this.#path.push(place);
    const text = this.value(value);
    this.#path.pop();
    return text;
  }

  #float(value: number): string {
    if (!Number.isFinite(value)) throw this.#no(RangeError, `${value} is no value`);
    return float(value);
  }

  #string(value: string): string {
    if (LONE_SURROGATE.test(value)) throw this.#no(RangeError, "a text with a lone surrogate is no value");
    return `"${value.replace(/[\\"\n\r\t]/g, (letter) => ESCAPES.get(letter) ?? letter)}"`;
  }

  #key(key: string): string {
    return IS_TOKEN.test(key) ? `:${key}` : this.#string(key);
  }

  #named(value: Symbol | Keyword): string {
    const { name } = value;
    if (typeof name !== "string") throw this.#no(TypeError, `${described(name)} is no name`);
    if (!IS_TOKEN.test(name) || (value instanceof Symbol && NO_SYMBOL.test(name))) {
      throw this.#no(RangeError, `a symbol or keyword ${JSON.stringify(name)} would not be read back`);
    }
    return value instanceof Keyword ? `:${name}` : `(quote ${name})`;
  }

  #no(Kind: typeof TypeError | typeof RangeError, why: string): Error {
    const place = this.#path.map((part) => `[${JSON.stringify(part)}]`).join("");
    return new Kind(`${this.#name}${place}: ${why}`);
  }
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Value {
    if (depth > DEPTH_MAX) throw new RangeError(`the text is more than ${DEPTH_MAX} deep`);
    if (this.#takes("{")) return this.#dict(depth);
    if (this.#takes("(list")) {
      const items: Value[] = [];
      while (this.#takes(" ")) items.push(this.value(depth + 1));
      this.#expect(")");
      return items;
    }
    if (this.#takes("(quote ")) {
      const name = this.#run(NAME);
      this.#expect(")");
      if (NO_SYMBOL.test(name)) throw this.no();
      return new Symbol(name);
    }
    if (this.#takes(":")) return new Keyword(this.#run(NAME));
    if (this.#text.startsWith('"', this.at)) return this.#string();
    for (const [word, value] of CONSTANTS) if (this.#takes(word)) return value;
    return this.#number();
  }

  #dict(depth: number): Value {
    const entries: [string, Value][] = [];
    let last: string | undefined;
    while (!this.#takes("}")) {
      if (last !== undefined) this.#expect(" ");
      const key = this.#key();
      if (last !== undefined && byBytes(last, key) >= 0) throw this.no();
      this.#expect(" ");
      entries.push([key, this.value(depth + 1)]);
      last = key;
    }
    // Not by assignment: `__proto__` is a key like any other here.
    return Object.fromEntries(entries);
  }

  #key(): string {
    if (this.#takes(":")) return this.#run(NAME);
    const key = this.#string();
    if (IS_TOKEN.test(key)) throw this.no();
    return key;
  }

  #string(): string {
    return this.#run(STRING).slice(1, -1).replace(/\\./g, (escape) => UNESCAPED.get(escape) ?? escape);
  }

  #number(): number | bigint {
    const text = this.#run(NUMBER);
    if (IS_INTEGER.test(text)) {
      const integer = BigInt(text);
      if (BigInt.asIntN(64, integer) !== integer) throw this.no();
      return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
    }
    const number = Number(text);
    // Of two shortest texts that are equally near, another language may print the other one.
    const shape = (digits: string): string => digits.replace(/[0-9]/g, "0");
    if (!Number.isFinite(number) || shape(float(number)) !== shape(text)) throw this.no();
    return number;
  }

  #run(of: RegExp): string {
    of.lastIndex = this.at;
    const [found] = of.exec(this.#text) ?? [];
    if (found === undefined) throw this.no();
    this.at += found.length;
    return found;
  }

  #takes(word: string): boolean {
    const isThere = this.#text.startsWith(word, this.at);
    if (isThere) this.at += word.length;
    return isThere;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) throw this.no();
  }

  no(): RangeError {
    return new RangeError(`no canonical text at character ${this.at}`);
  }
}

/** What an error calls something that is of the wrong type. */
export function described(native: unknown): string {
  if (typeof native !== "object" || native === null) return native === null ? "null" : typeof native;
  return Array.isArray(native) ? "an array" : isPlain(native) ? "an object" : `a ${native.constructor?.name || "class instance"}`;
}

/** Is it an object of no class, with strings as keys? */
export function isPlain(native: unknown): native is Record<string, unknown> {
  if (typeof native !== "object" || native === null) return false;
  const prototype: unknown = Object.getPrototypeOf(native);
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(native).length === 0;
}

/** UTF-16, by which JavaScript compares, has another order than UTF-8. */
function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** From 1e16 on and below 1e-4 with an exponent, and never without a point otherwise. */
function float(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  if (Number(exponent) >= 16 || Number(exponent) < -4) return `${mantissa}e${Number(exponent)}`;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}
