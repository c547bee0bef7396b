/** sx-persist in Node: a durable store, one WebAssembly component, transpiled by jco. */

export { LockedError, NotAStoreError, PersistError, type Refusal } from "./errors.js";
export type {
  Damage,
  Direction,
  Durability,
  Entry,
  EntryPage,
  Expect,
  ExpectSeq,
  Finding,
  KeyPage,
  LastEntries,
  LinePage,
  MapEntry,
  MapItem,
  MapPage,
  MapPair,
  MapRange,
  NamePage,
  ObjectStats,
  Operation,
  Position,
  Question,
  RefEntry,
  RefPage,
  Report,
  SegmentDescription,
} from "./operations.js";
export { Store, type Options, type Outcome } from "./store.js";
export { Float, Keyword, Symbol, parse, print, type Value } from "./sx.js";
export { BlobWriter } from "./writer.js";
export type { Excess, Failure } from "../component/interfaces/sx-persist-types.js";
