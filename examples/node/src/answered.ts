/** What the component answers, as a caller gets it. */

import type { Counter } from "../component/interfaces/sx-persist-types.js";
import { parse, type Value } from "./sx.js";

export function same<T>(answer: T): T {
  return answer;
}

export function items<A, T>(item: (answer: A) => T): (answer: A[]) => T[] {
  return (answer) => answer.map((part) => item(part));
}

export function optional<A, T>(item: (answer: A) => T): (answer: A | undefined) => T | undefined {
  return (answer) => (answer === undefined ? undefined : item(answer));
}

export function lines(answer: string): Value[] {
  // LF alone ends a line: U+2028 and its like stand in strings.
  return answer.split("\n").slice(0, -1).map((line) => parse(line));
}

export function counters(answer: Counter[]): Map<string, bigint> {
  return new Map(answer.map(({ name, value }) => [name, value]));
}
