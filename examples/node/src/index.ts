/** sx-persist in Node: a durable store, one WebAssembly component, transpiled by jco. */

export { LockedError, NotAStoreError, PersistError, type Refusal } from "./errors.js";
export { Store, type Answer, type Op, type Options, type Outcome, type Question } from "./store.js";
export { Float, Keyword, Symbol, parse, print, type Value } from "./sx.js";
export type { Damage, Excess, Failure, Finding, MapEntry, Report } from "../component/interfaces/sx-persist-types.js";
