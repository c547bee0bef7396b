/** sx-persist in Node: a durable store, one WebAssembly component, transpiled by jco. */

export { LockedError, NotAStoreError, PersistError, type Refusal } from "./errors.js";
export { Store, type Options } from "./store.js";
export type { Damage, Excess, Failure, Finding, Op, Outcome, Report } from "../component/interfaces/sx-persist-types.js";
