/**
 * What a caller gives, as the component takes it. What is of another type is refused before the component hears of it.
 *
 * Each function here takes the name of an argument and what was given for it. What is of the wrong type is a `TypeError`, what is of
 * the right type and out of its range a `RangeError`.
 */

import { types } from "node:util";
import { described, isPlain, print, type Value } from "./sx.js";

export type Taking<T> = (name: string, native: unknown) => T;

const LONE_SURROGATE = /\p{Surrogate}/u;

export function no(name: string, native: unknown, wanted: string): TypeError {
  return new TypeError(`${name}: ${wanted} is wanted, not ${described(native)}`);
}

/** Refuses a call with more arguments than there are parameters, or without one of the first `required`. */
export function count(method: string, given: IArguments, required: number, ...parameters: string[]): void {
  if (given.length >= required && given.length <= parameters.length) return;
  const own = parameters.map((parameter, index) => (index < required ? parameter : `${parameter}?`)).join(", ");
  throw new TypeError(`${method}(${own}): ${given.length === 1 ? "1 argument is" : `${given.length} arguments are`} given`);
}

export function text(name: string, native: unknown): string {
  if (typeof native !== "string") throw no(name, native, "a string");
  // jco would put U+FFFD in its place.
  if (LONE_SURROGATE.test(native)) throw new RangeError(`${name}: a text with a lone surrogate has no UTF-8`);
  return native;
}

export function data(name: string, native: unknown): Uint8Array {
  if (!types.isUint8Array(native)) throw no(name, native, "a Uint8Array");
  return native;
}

export function number(name: string, native: unknown): bigint {
  return integer(name, native, 0n, (1n << 64n) - 1n);
}

export function signed(name: string, native: unknown): bigint {
  return integer(name, native, -(1n << 63n), (1n << 63n) - 1n);
}

export function small(name: string, native: unknown): number {
  return Number(integer(name, native, 0n, (1n << 32n) - 1n));
}

function integer(name: string, native: unknown, low: bigint, high: bigint): bigint {
  const isNumber = typeof native === "number" && Number.isInteger(native);
  if (!isNumber && typeof native !== "bigint") throw no(name, native, "an integer");
  // Of a number beyond 2 ** 53 nobody knows which integer it was.
  if ((isNumber && !Number.isSafeInteger(native)) || BigInt(native) < low || BigInt(native) > high) {
    throw new RangeError(`${name}: an integer from ${low} to ${high} is wanted, beyond 2 ** 53 as a bigint`);
  }
  return BigInt(native);
}

export function value(name: string, native: unknown): string {
  return print(native as Value, name);
}

export function optional<T>(item: Taking<T>): Taking<T | undefined> {
  return (name, native) => (native === undefined ? undefined : item(name, native));
}

export function items<T>(item: Taking<T>): Taking<T[]> {
  return (name, native) => listed(name, native).map((part, index) => item(`${name}[${index}]`, part));
}

/** What an array or another iterable holds. */
export function listed(name: string, native: unknown): unknown[] {
  // Bytes could be iterated, too, and would be taken for what they are made of.
  const isList = typeof native === "object" && native !== null && Symbol.iterator in native && !ArrayBuffer.isView(native);
  if (!isList || types.isMap(native)) throw no(name, native, "an array");
  return Array.from(native as Iterable<unknown>);
}

export function together<T extends unknown[]>(...parts: { [K in keyof T]: Taking<T[K]> }): Taking<T> {
  return (name, native) => {
    if (!Array.isArray(native)) throw no(name, native, "an array");
    if (native.length !== parts.length) throw new TypeError(`${name}: ${parts.length} are wanted, not ${native.length}`);
    return parts.map((part, index) => part(`${name}[${index}]`, native[index])) as T;
  };
}

export function word<W extends string>(name: string, native: unknown, ...words: W[]): W {
  const given = text(name, native);
  const found = words.find((word) => word === given);
  if (found === undefined) throw new RangeError(`${name}: ${JSON.stringify(given)} is none of ${words.join(", ")}`);
  return found;
}

export function flag(name: string, native: unknown): boolean {
  if (typeof native !== "boolean") throw no(name, native, "true or false");
  return native;
}

/** An object that has no other keys than these. */
export function record(name: string, native: unknown, ...known: string[]): Record<string, unknown> {
  if (!isPlain(native)) throw no(name, native, "an object");
  const unknown = Object.keys(native).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`${name}: ${JSON.stringify(unknown)} is none of ${known.join(", ")}`);
  // Nothing that every object inherits is a part of it.
  return Object.assign(Object.create(null) as Record<string, unknown>, native);
}

/** An object with one of these keys alone: that, and what it holds. */
export function one<K extends string>(name: string, native: unknown, ...known: K[]): [K, unknown] {
  const given = record(name, native, ...known);
  const found = known.filter((key) => key in given);
  if (found.length !== 1) throw new TypeError(`${name}: one of ${known.join(", ")} is wanted, not ${found.length}`);
  return [found[0] as K, given[found[0] as K]];
}
