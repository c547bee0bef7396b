// Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.

/** A method for each function of `wit/`, which says more of each: its shape, its cost and its errors. */

import type * as wit from "../component/interfaces/sx-persist-types.js";
import * as answered from "./answered.js";
import { gathered, type Gathered } from "./gathered.js";
import * as given from "./given.js";
import type { Answer, Component, Given } from "./guest.js";
import { parse, type Value } from "./sx.js";
import { writer, type BlobWriter } from "./writer.js";

/** Damage in a file of the store. */
export interface Damage {
  readonly file: string;
  readonly line?: bigint | undefined;
  readonly offset: bigint;
  readonly reason: string;
}

/** Which way a list is read. */
export type Direction = "forward" | "backward";

/** When a write is durable. */
export type Durability = "always" | "relaxed";

/** A key and its value. */
export interface Entry {
  readonly key: string;
  readonly value: Value;
}

/** Some entries of a table. */
export interface EntryPage {
  readonly entries: Entry[];
  readonly through: string;
  readonly done: boolean;
}

/** What a write expects of a key of a table of bytes. */
export type Expect = "any" | "absent" | number | bigint;

/** What a write expects of the last-seq of a stream, or of the number of entries of a segment. */
export type ExpectSeq = "any" | number | bigint;

/** Something that `verify` found, or `repair` dealt with. */
export interface Finding {
  readonly damage: Damage;
  readonly setAside?: string | undefined;
}

/** Some keys of a table of bytes. */
export interface KeyPage {
  readonly keys: Uint8Array[];
  readonly through: string;
  readonly done: boolean;
}

/** The last entries of a segment. */
export interface LastEntries {
  readonly index: bigint;
  readonly lines: Value[];
  readonly through: string;
}

/** Where a root keeps streams, keys and blobs. */
export type Layout = "plain" | "packed";

/** Some events of a stream, or some entries of a segment. */
export interface LinePage {
  readonly lines: Value[];
  readonly through: string;
  readonly done: boolean;
}

/** A value of a table of bytes, and its version. */
export interface MapEntry {
  readonly value: Uint8Array;
  readonly version: bigint;
}

/** A key of a table of bytes, its value and that one's version. */
export interface MapItem {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: bigint;
}

/** Some keys of a table of bytes, with their values. */
export interface MapPage {
  readonly items: MapItem[];
  readonly through: string;
  readonly done: boolean;
}

/** A key of a table of bytes, and the value that it gets. */
export interface MapPair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Which keys of a table of bytes: those that all of these name. */
export interface MapRange {
  readonly prefix?: Uint8Array;
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
}

/** Some names: keys of snapshots, addresses of blobs, hashes of objects, sessions or segments. */
export interface NamePage {
  readonly names: string[];
  readonly through: string;
  readonly done: boolean;
}

/** Numbers about objects. */
export interface ObjectStats {
  readonly objects: bigint;
  readonly bytes: bigint;
  readonly reads: bigint;
  readonly writes: bigint;
  readonly hits: bigint;
  readonly misses: bigint;
}

/** A place in a stream or in a segment, between two events or entries. */
export type Position = "start" | "end" | { readonly after: number | bigint } | { readonly cursor: string };

/** A ref and the hash that it points to. */
export interface RefEntry {
  readonly name: string;
  readonly hash: string;
}

/** Some refs. */
export interface RefPage {
  readonly refs: RefEntry[];
  readonly through: string;
  readonly done: boolean;
}

/** What a walk through the whole store found. */
export interface Report {
  readonly logs: bigint;
  readonly events: bigint;
  readonly entries: bigint;
  readonly blobs: bigint;
  readonly bytes: bigint;
  readonly foreign: bigint;
  readonly damaged: bigint;
  readonly findings: Finding[];
}

/** What is known of a segment. */
export interface SegmentDescription {
  readonly entries: bigint;
  readonly traceEntries: bigint;
  readonly lsn: bigint;
  readonly meta?: Value | undefined;
}

/** How much of the store is whose. */
export interface Usage {
  readonly name: string;
  readonly items: bigint;
  readonly valueBytes: bigint;
  readonly diskBytes: bigint;
  readonly garbageBytes: bigint;
}

/** What `admin.usage` tells of, one by one. */
export type UsageBy = "keyspaces" | "streams" | "tables" | "sessions";

/** Some of them. */
export interface UsagePage {
  readonly items: Usage[];
  readonly through: string;
  readonly done: boolean;
}

/** An operation of a transaction: its name, as a method or as `wit/batch.wit` spells it, and its arguments. */
export type Operation =
  | readonly [method: "append", stream: string, event: Value]
  | readonly [method: "appendExpecting" | "append-expecting" | "append_expecting", stream: string, expected: number | bigint, events: Iterable<Value>]
  | readonly [method: "recordEvent" | "record-event" | "record_event", stream: string, kind: string, at: number | bigint, data: Value, expected: ExpectSeq]
  | readonly [method: "truncate", stream: string, upto: number | bigint]
  | readonly [method: "kvPut" | "kv-put" | "kv_put", key: string, value: Value]
  | readonly [method: "kvDelete" | "kv-delete" | "kv_delete", key: string]
  | readonly [method: "kvSwap" | "kv-swap" | "kv_swap", key: string, expected: Value | undefined, replacement: Value | undefined]
  | readonly [method: "blobPut" | "blob-put" | "blob_put", bytes: Uint8Array]
  | readonly [method: "blobDelete" | "blob-delete" | "blob_delete", cid: string]
  | readonly [method: "blobFinish" | "blob-finish" | "blob_finish", writer: BlobWriter]
  | readonly [method: "refSet" | "ref-set" | "ref_set", name: string, hash: string]
  | readonly [method: "refTestAndSet" | "ref-test-and-set" | "ref_test_and_set", name: string, test: string | undefined, set: string | undefined]
  | readonly [method: "refDelete" | "ref-delete" | "ref_delete", name: string]
  | readonly [method: "snapshotPersist" | "snapshot-persist" | "snapshot_persist", key: string, blob: Uint8Array]
  | readonly [method: "snapshotPersistMarker" | "snapshot-persist-marker" | "snapshot_persist_marker", key: string]
  | readonly [method: "snapshotDeleteMarker" | "snapshot-delete-marker" | "snapshot_delete_marker", key: string]
  | readonly [method: "objectWrite" | "object-write" | "object_write", hash: string, bytes: Uint8Array]
  | readonly [method: "objectDelete" | "object-delete" | "object_delete", hash: string]
  | readonly [method: "sessionCreateSegment" | "session-create-segment" | "session_create_segment", session: string, segment: string, entries: Iterable<Value>]
  | readonly [method: "sessionAppend" | "session-append" | "session_append", session: string, segment: string, entry: Value]
  | readonly [method: "sessionAppendExpecting" | "session-append-expecting" | "session_append_expecting", session: string, segment: string, expected: number | bigint, entries: Iterable<Value>]
  | readonly [method: "sessionTruncate" | "session-truncate" | "session_truncate", session: string, segment: string, entries: number | bigint, expected: ExpectSeq]
  | readonly [method: "sessionDeleteSegment" | "session-delete-segment" | "session_delete_segment", session: string, segment: string]
  | readonly [method: "sessionAppendTrace" | "session-append-trace" | "session_append_trace", session: string, segment: string, entry: Value]
  | readonly [method: "sessionFork" | "session-fork" | "session_fork", session: string, segment: string, entries: number | bigint | undefined, intoSession: string, intoSegment: string]
  | readonly [method: "sessionSetMeta" | "session-set-meta" | "session_set_meta", session: string, segment: string, meta: Value | undefined]
  | readonly [method: "mapPut" | "map-put" | "map_put", table: string, key: Uint8Array, value: Uint8Array]
  | readonly [method: "mapPutNew" | "map-put-new" | "map_put_new", table: string, key: Uint8Array, value: Uint8Array]
  | readonly [method: "mapSwap" | "map-swap" | "map_swap", table: string, key: Uint8Array, expected: Expect, value: Uint8Array]
  | readonly [method: "mapDelete" | "map-delete" | "map_delete", table: string, key: Uint8Array, expected: Expect]
  | readonly [method: "mapIncrement" | "map-increment" | "map_increment", table: string, key: Uint8Array, delta: number | bigint]
  | readonly [method: "mapDropTable" | "map-drop-table" | "map_drop_table", table: string]
  | readonly [method: "checkLastSeq" | "check-last-seq" | "check_last_seq", stream: string, lastSeq: number | bigint]
  | readonly [method: "checkCount" | "check-count" | "check_count", stream: string, count: number | bigint]
  | readonly [method: "checkKey" | "check-key" | "check_key", key: string, value: Value | undefined]
  | readonly [method: "checkRef" | "check-ref" | "check_ref", name: string, hash: string | undefined]
  | readonly [method: "checkMap" | "check-map" | "check_map", table: string, key: Uint8Array, expected: Expect]
  | readonly [method: "checkSegment" | "check-segment" | "check_segment", session: string, segment: string, entries: number | bigint];

export const OPERATIONS: ReadonlyMap<string, Gathered> = new Map([
  ["append", gathered("number", answered.same, ["stream", given.text], ["event", given.value])],
  ["appendExpecting", gathered(
    "number",
    answered.same,
    ["stream", given.text],
    ["expected", given.number],
    ["events", given.items(given.value)],
  )],
  ["recordEvent", gathered(
    "text",
    parse,
    ["stream", given.text],
    ["kind", given.text],
    ["at", given.signed],
    ["data", given.value],
    ["expected", takeExpectSeq],
  )],
  ["truncate", gathered("number", answered.same, ["stream", given.text], ["upto", given.number])],
  ["kvPut", gathered(undefined, answered.same, ["key", given.text], ["value", given.value])],
  ["kvDelete", gathered("flag", answered.same, ["key", given.text])],
  ["kvSwap", gathered(
    "flag",
    answered.same,
    ["key", given.text],
    ["expected", given.optional(given.value)],
    ["replacement", given.optional(given.value)],
  )],
  ["blobPut", gathered("text", answered.same, ["bytes", given.data])],
  ["blobDelete", gathered("flag", answered.same, ["cid", given.text])],
  ["blobFinish", gathered("text", answered.same, ["writer", writer])],
  ["refSet", gathered(undefined, answered.same, ["name", given.text], ["hash", given.text])],
  ["refTestAndSet", gathered(
    "flag",
    answered.same,
    ["name", given.text],
    ["test", given.optional(given.text)],
    ["set", given.optional(given.text)],
  )],
  ["refDelete", gathered("flag", answered.same, ["name", given.text])],
  ["snapshotPersist", gathered(undefined, answered.same, ["key", given.text], ["blob", given.data])],
  ["snapshotPersistMarker", gathered(undefined, answered.same, ["key", given.text])],
  ["snapshotDeleteMarker", gathered("flag", answered.same, ["key", given.text])],
  ["objectWrite", gathered(undefined, answered.same, ["hash", given.text], ["bytes", given.data])],
  ["objectDelete", gathered("flag", answered.same, ["hash", given.text])],
  ["sessionCreateSegment", gathered(
    undefined,
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entries", given.items(given.value)],
  )],
  ["sessionAppend", gathered(
    "number",
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entry", given.value],
  )],
  ["sessionAppendExpecting", gathered(
    "number",
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["expected", given.number],
    ["entries", given.items(given.value)],
  )],
  ["sessionTruncate", gathered(
    "number",
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entries", given.number],
    ["expected", takeExpectSeq],
  )],
  ["sessionDeleteSegment", gathered("flag", answered.same, ["session", given.text], ["segment", given.text])],
  ["sessionAppendTrace", gathered(
    "number",
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entry", given.value],
  )],
  ["sessionFork", gathered(
    "number",
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entries", given.optional(given.number)],
    ["intoSession", given.text],
    ["intoSegment", given.text],
  )],
  ["sessionSetMeta", gathered(
    undefined,
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["meta", given.optional(given.value)],
  )],
  ["mapPut", gathered("number", answered.same, ["table", given.text], ["key", given.data], ["value", given.data])],
  ["mapPutNew", gathered("number", answered.same, ["table", given.text], ["key", given.data], ["value", given.data])],
  ["mapSwap", gathered(
    "number",
    answered.same,
    ["table", given.text],
    ["key", given.data],
    ["expected", takeExpect],
    ["value", given.data],
  )],
  ["mapDelete", gathered("flag", answered.same, ["table", given.text], ["key", given.data], ["expected", takeExpect])],
  ["mapIncrement", gathered("number", answered.same, ["table", given.text], ["key", given.data], ["delta", given.signed])],
  ["mapDropTable", gathered("number", answered.same, ["table", given.text])],
  ["checkLastSeq", gathered(undefined, answered.same, ["stream", given.text], ["lastSeq", given.number])],
  ["checkCount", gathered(undefined, answered.same, ["stream", given.text], ["count", given.number])],
  ["checkKey", gathered(undefined, answered.same, ["key", given.text], ["value", given.optional(given.value)])],
  ["checkRef", gathered(undefined, answered.same, ["name", given.text], ["hash", given.optional(given.text)])],
  ["checkMap", gathered(undefined, answered.same, ["table", given.text], ["key", given.data], ["expected", takeExpect])],
  ["checkSegment", gathered(
    undefined,
    answered.same,
    ["session", given.text],
    ["segment", given.text],
    ["entries", given.number],
  )],
]);

/** A question of reads: its name, as a method or as `wit/batch.wit` spells it, and its arguments. */
export type Question =
  | readonly [method: "kvGet" | "kv-get" | "kv_get", key: string]
  | readonly [method: "mapGet" | "map-get" | "map_get", table: string, key: Uint8Array]
  | readonly [method: "refGet" | "ref-get" | "ref_get", name: string]
  | readonly [method: "lastSeq" | "last-seq" | "last_seq", stream: string]
  | readonly [method: "count", stream: string]
  | readonly [method: "segment", session: string, segment: string];

export const QUESTIONS: ReadonlyMap<string, Gathered> = new Map([
  ["kvGet", gathered("text", answered.optional(parse), ["key", given.text])],
  ["mapGet", gathered("entry", answered.same, ["table", given.text], ["key", given.data])],
  ["refGet", gathered("text", answered.same, ["name", given.text])],
  ["lastSeq", gathered("number", answered.same, ["stream", given.text])],
  ["count", gathered("number", answered.same, ["stream", given.text])],
  ["segment", gathered("number", answered.same, ["session", given.text], ["segment", given.text])],
]);

function takeExpectSeq(name: string, native: unknown): wit.ExpectSeq {
  if (typeof native === "string") return { tag: given.word(name, native, "any") };
  return { tag: "at", val: given.number(name, native) };
}

function takePosition(name: string, native: unknown): wit.Position {
  if (typeof native === "string") return { tag: given.word(name, native, "start", "end") };
  const [tag, held] = given.one(name, native, "after", "cursor");
  switch (tag) {
    case "after":
      return { tag: "after", val: given.number(`${name}.after`, held) };
    case "cursor":
      return { tag: "cursor", val: given.text(`${name}.cursor`, held) };
  }
}

function takeDirection(name: string, native: unknown): wit.Direction {
  return given.word(name, native, "forward", "backward");
}

function takeExpect(name: string, native: unknown): wit.Expect {
  if (typeof native === "string") return { tag: given.word(name, native, "any", "absent") };
  return { tag: "version", val: given.number(name, native) };
}

function takeMapPair(name: string, native: unknown): wit.MapPair {
  const record = given.record(name, native, "key", "value");
  return {
    key: given.data(`${name}.key`, record.key),
    value: given.data(`${name}.value`, record.value),
  } as wit.MapPair;
}

function takeMapRange(name: string, native: unknown): wit.MapRange {
  const record = given.record(name, native, "prefix", "start", "end");
  return {
    prefix: given.optional(given.data)(`${name}.prefix`, record.prefix) ?? new Uint8Array(),
    start: given.optional(given.data)(`${name}.start`, record.start),
    end: given.optional(given.data)(`${name}.end`, record.end),
  } as wit.MapRange;
}

function takeDurability(name: string, native: unknown): wit.Durability {
  return given.word(name, native, "always", "relaxed");
}

function takeLayout(name: string, native: unknown): wit.Layout {
  return given.word(name, native, "plain", "packed");
}

function takeUsageBy(name: string, native: unknown): wit.UsageBy {
  return given.word(name, native, "keyspaces", "streams", "tables", "sessions");
}

function putLinePage(record: wit.LinePage): LinePage {
  return { lines: answered.lines(record.lines), through: record.through, done: record.done };
}

function putEntryPage(record: wit.EntryPage): EntryPage {
  return { entries: answered.items(putEntry)(record.entries), through: record.through, done: record.done };
}

function putEntry(record: wit.Entry): Entry {
  return { key: record.key, value: parse(record.value) };
}

function putLastEntries(record: wit.LastEntries): LastEntries {
  return { index: record.index, lines: answered.lines(record.lines), through: record.through };
}

function putSegmentDescription(record: wit.SegmentDescription): SegmentDescription {
  return {
    entries: record.entries,
    traceEntries: record.traceEntries,
    lsn: record.lsn,
    meta: answered.optional(parse)(record.meta),
  };
}

/** The functions of `wit/`, with what is native to JavaScript on both sides. What is of the wrong type reaches no component. */
export abstract class Operations {
  /** Calls a function that neither writes nor syncs. */
  protected abstract ask<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F>;

  /** Calls any other. */
  protected abstract tell<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F>;

  // Persist.

  /** Appends one event to a stream. */
  append(stream: string, event: Value): bigint {
    given.count("append", arguments, 2, "stream", "event");
    return this.tell("persist", "append", given.text("stream", stream), given.value("event", event));
  }

  /** Reads all events of a stream. */
  read(stream: string): Value[] {
    given.count("read", arguments, 1, "stream");
    return answered.items(parse)(this.ask("persist", "read", given.text("stream", stream)));
  }

  /** Returns the highest seq ever appended to a stream. */
  lastSeq(stream: string): bigint {
    given.count("lastSeq", arguments, 1, "stream");
    return this.ask("persist", "lastSeq", given.text("stream", stream));
  }

  /** Returns the names of all streams that ever had an append. */
  streams(): string[] {
    given.count("streams", arguments, 0);
    return this.ask("persist", "streams");
  }

  /** Drops the events with a seq up to and including a given one. */
  truncate(stream: string, upto: number | bigint): bigint {
    given.count("truncate", arguments, 2, "stream", "upto");
    return this.tell("persist", "truncate", given.text("stream", stream), given.number("upto", upto));
  }

  /** The value of a key. */
  kvGet(key: string): Value | undefined {
    given.count("kvGet", arguments, 1, "key");
    return answered.optional(parse)(this.ask("persist", "kvGet", given.text("key", key)));
  }

  /** Sets the value of a key. */
  kvPut(key: string, value: Value): void {
    given.count("kvPut", arguments, 2, "key", "value");
    this.tell("persist", "kvPut", given.text("key", key), given.value("value", value));
  }

  /** Removes a key. */
  kvDelete(key: string): boolean {
    given.count("kvDelete", arguments, 1, "key");
    return this.tell("persist", "kvDelete", given.text("key", key));
  }

  /** Returns `true` if a key is there. */
  kvHas(key: string): boolean {
    given.count("kvHas", arguments, 1, "key");
    return this.ask("persist", "kvHas", given.text("key", key));
  }

  /** All keys. */
  kvKeys(): string[] {
    given.count("kvKeys", arguments, 0);
    return this.ask("persist", "kvKeys");
  }

  /** Appends events when the stream is where the caller thinks that it is. */
  appendExpecting(stream: string, expected: number | bigint, events: Iterable<Value>): bigint {
    given.count("appendExpecting", arguments, 3, "stream", "expected", "events");
    return this.tell(
      "persist",
      "appendExpecting",
      given.text("stream", stream),
      given.number("expected", expected),
      given.items(given.value)("events", events),
    );
  }

  /** Builds an event and appends it. */
  recordEvent(stream: string, kind: string, at: number | bigint, data: Value, expected: ExpectSeq = "any"): Value {
    given.count("recordEvent", arguments, 4, "stream", "kind", "at", "data", "expected");
    return parse(this.tell(
      "persist",
      "recordEvent",
      given.text("stream", stream),
      given.text("kind", kind),
      given.signed("at", at),
      given.value("data", data),
      takeExpectSeq("expected", expected),
    ));
  }

  /** Replaces the value of a key when it is what the caller thinks that it is. */
  kvSwap(key: string, expected: Value | undefined, replacement: Value | undefined): boolean {
    given.count("kvSwap", arguments, 3, "key", "expected", "replacement");
    return this.tell(
      "persist",
      "kvSwap",
      given.text("key", key),
      given.optional(given.value)("expected", expected),
      given.optional(given.value)("replacement", replacement),
    );
  }

  /** Reads some events of a stream. */
  readPage(stream: string, at: Position = "start", limit = 65_536, direction: Direction = "forward"): LinePage {
    given.count("readPage", arguments, 1, "stream", "at", "limit", "direction");
    return putLinePage(this.ask(
      "persist",
      "readPage",
      given.text("stream", stream),
      takePosition("at", at),
      given.small("limit", limit),
      takeDirection("direction", direction),
    ));
  }

  /** How many events a stream holds. */
  count(stream: string): bigint {
    given.count("count", arguments, 1, "stream");
    return this.ask("persist", "count", given.text("stream", stream));
  }

  /** Reads some keys and their values. */
  kvList(prefix = "", after?: string | undefined, limit = 65_536): EntryPage {
    given.count("kvList", arguments, 0, "prefix", "after", "limit");
    return putEntryPage(this.ask(
      "persist",
      "kvList",
      given.text("prefix", prefix),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    ));
  }

  /** Some of the streams that ever had an append. */
  listStreams(prefix = "", after?: string | undefined, limit = 65_536): NamePage {
    given.count("listStreams", arguments, 0, "prefix", "after", "limit");
    return this.ask(
      "persist",
      "listStreams",
      given.text("prefix", prefix),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    );
  }

  // Blob.

  /** Stores bytes. */
  blobPut(bytes: Uint8Array): string {
    given.count("blobPut", arguments, 1, "bytes");
    return this.tell("blob", "put", given.data("bytes", bytes));
  }

  /** The bytes of an address. */
  blobGet(cid: string): Uint8Array | undefined {
    given.count("blobGet", arguments, 1, "cid");
    return this.ask("blob", "get", given.text("cid", cid));
  }

  /** Is a blob there? Its bytes are not checked. */
  blobHas(cid: string): boolean {
    given.count("blobHas", arguments, 1, "cid");
    return this.ask("blob", "has", given.text("cid", cid));
  }

  /** The size of a blob, in bytes; none when it is absent. Its bytes are not checked. */
  blobSize(cid: string): bigint | undefined {
    given.count("blobSize", arguments, 1, "cid");
    return this.ask("blob", "size", given.text("cid", cid));
  }

  /** Some bytes of a blob, unchecked: `admin.verify` checks all. */
  blobReadAt(cid: string, offset: number | bigint, length: number): Uint8Array | undefined {
    given.count("blobReadAt", arguments, 3, "cid", "offset", "length");
    return this.ask("blob", "readAt", given.text("cid", cid), given.number("offset", offset), given.small("length", length));
  }

  /** Removes a blob. */
  blobDelete(cid: string): boolean {
    given.count("blobDelete", arguments, 1, "cid");
    return this.tell("blob", "delete", given.text("cid", cid));
  }

  /** Some addresses, in the order of their text. */
  blobList(after?: string | undefined, limit = 65_536): NamePage {
    given.count("blobList", arguments, 0, "after", "limit");
    return this.ask("blob", "list", given.optional(given.text)("after", after), given.small("limit", limit));
  }

  // Refs.

  /** The hash that a ref points to. */
  refGet(name: string): string | undefined {
    given.count("refGet", arguments, 1, "name");
    return this.ask("refs", "get", given.text("name", name));
  }

  /** Points a ref to a hash, whatever it pointed to before. */
  refSet(name: string, hash: string): void {
    given.count("refSet", arguments, 2, "name", "hash");
    this.tell("refs", "set", given.text("name", name), given.text("hash", hash));
  }

  /** Points a ref to a hash when it points to where the caller thinks that it does. */
  refTestAndSet(name: string, test: string | undefined, set: string | undefined): boolean {
    given.count("refTestAndSet", arguments, 3, "name", "test", "set");
    return this.tell(
      "refs",
      "testAndSet",
      given.text("name", name),
      given.optional(given.text)("test", test),
      given.optional(given.text)("set", set),
    );
  }

  /** Removes a ref. */
  refDelete(name: string): boolean {
    given.count("refDelete", arguments, 1, "name");
    return this.tell("refs", "delete", given.text("name", name));
  }

  /** Reads some refs. */
  refList(prefix = "", after?: string | undefined, limit = 65_536): RefPage {
    given.count("refList", arguments, 0, "prefix", "after", "limit");
    return this.ask(
      "refs",
      "list",
      given.text("prefix", prefix),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    );
  }

  // Maps.

  /** The value of a key and its version. */
  mapGet(table: string, key: Uint8Array): MapEntry | undefined {
    given.count("mapGet", arguments, 2, "table", "key");
    return this.ask("maps", "get", given.text("table", table), given.data("key", key));
  }

  /** The values of several keys, as they are at one moment. */
  mapGetMany(table: string, keys: Iterable<Uint8Array>): (MapEntry | undefined)[] {
    given.count("mapGetMany", arguments, 2, "table", "keys");
    return this.ask("maps", "getMany", given.text("table", table), given.items(given.data)("keys", keys));
  }

  /** Returns `true` if a key is there. */
  mapHas(table: string, key: Uint8Array): boolean {
    given.count("mapHas", arguments, 2, "table", "key");
    return this.ask("maps", "has", given.text("table", table), given.data("key", key));
  }

  /** Sets the value of a key, whatever it was before. Returns the version. */
  mapPut(table: string, key: Uint8Array, value: Uint8Array): bigint {
    given.count("mapPut", arguments, 3, "table", "key", "value");
    return this.tell("maps", "put", given.text("table", table), given.data("key", key), given.data("value", value));
  }

  /** Sets the value of a key that is not there. Returns the version. */
  mapPutNew(table: string, key: Uint8Array, value: Uint8Array): bigint {
    given.count("mapPutNew", arguments, 3, "table", "key", "value");
    return this.tell("maps", "putNew", given.text("table", table), given.data("key", key), given.data("value", value));
  }

  /** Sets the value of a key when it is what the caller expects. Returns the new version. */
  mapSwap(table: string, key: Uint8Array, expected: Expect, value: Uint8Array): bigint {
    given.count("mapSwap", arguments, 4, "table", "key", "expected", "value");
    return this.tell(
      "maps",
      "swap",
      given.text("table", table),
      given.data("key", key),
      takeExpect("expected", expected),
      given.data("value", value),
    );
  }

  /** Removes a key. Returns whether it was there. */
  mapDelete(table: string, key: Uint8Array, expected: Expect = "any"): boolean {
    given.count("mapDelete", arguments, 2, "table", "key", "expected");
    return this.tell("maps", "delete", given.text("table", table), given.data("key", key), takeExpect("expected", expected));
  }

  /** Adds to an integer and returns the sum. */
  mapIncrement(table: string, key: Uint8Array, delta: number | bigint): bigint {
    given.count("mapIncrement", arguments, 3, "table", "key", "delta");
    return this.tell("maps", "increment", given.text("table", table), given.data("key", key), given.signed("delta", delta));
  }

  /** Sets several keys in one commit. Returns the version, which they share; 0 when there are none. */
  mapPutMany(table: string, pairs: Iterable<MapPair>): bigint {
    given.count("mapPutMany", arguments, 2, "table", "pairs");
    return this.tell("maps", "putMany", given.text("table", table), given.items(takeMapPair)("pairs", pairs));
  }

  /** Removes several keys in one commit. Returns how many were there. */
  mapDeleteMany(table: string, keys: Iterable<Uint8Array>): bigint {
    given.count("mapDeleteMany", arguments, 2, "table", "keys");
    return this.tell("maps", "deleteMany", given.text("table", table), given.items(given.data)("keys", keys));
  }

  /** Some keys of a table, in the order of their bytes. */
  mapList(
    table: string,
    range: MapRange = {},
    after?: string | undefined,
    limit = 65_536,
    direction: Direction = "forward",
  ): KeyPage {
    given.count("mapList", arguments, 1, "table", "range", "after", "limit", "direction");
    return this.ask(
      "maps",
      "list",
      given.text("table", table),
      takeMapRange("range", range),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
      takeDirection("direction", direction),
    );
  }

  /** Some keys of a table and their values, in the order of the keys' bytes. */
  mapScan(
    table: string,
    range: MapRange = {},
    after?: string | undefined,
    limit = 65_536,
    direction: Direction = "forward",
  ): MapPage {
    given.count("mapScan", arguments, 1, "table", "range", "after", "limit", "direction");
    return this.ask(
      "maps",
      "scan",
      given.text("table", table),
      takeMapRange("range", range),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
      takeDirection("direction", direction),
    );
  }

  /** How many keys a table has. */
  mapCount(table: string): bigint {
    given.count("mapCount", arguments, 1, "table");
    return this.ask("maps", "count", given.text("table", table));
  }

  /** The tables that have keys, sorted by bytes. */
  mapTables(): string[] {
    given.count("mapTables", arguments, 0);
    return this.ask("maps", "tables");
  }

  /** Removes all keys of a table in one commit. Returns how many there were. */
  mapDropTable(table: string): bigint {
    given.count("mapDropTable", arguments, 1, "table");
    return this.tell("maps", "dropTable", given.text("table", table));
  }

  // Objects.

  /** The bytes of an object. */
  objectRead(hash: string): Uint8Array | undefined {
    given.count("objectRead", arguments, 1, "hash");
    return this.ask("objects", "read", given.text("hash", hash));
  }

  /** Returns `true` if an object is there. */
  objectExists(hash: string): boolean {
    given.count("objectExists", arguments, 1, "hash");
    return this.ask("objects", "exists", given.text("hash", hash));
  }

  /** Stores bytes under a hash. Does nothing when it is there already. */
  objectWrite(hash: string, bytes: Uint8Array): void {
    given.count("objectWrite", arguments, 2, "hash", "bytes");
    this.tell("objects", "write", given.text("hash", hash), given.data("bytes", bytes));
  }

  /** Stores several, all or nothing: one commit, one sync. */
  objectWriteBatch(objects: Iterable<readonly [string, Uint8Array]>): void {
    given.count("objectWriteBatch", arguments, 1, "objects");
    this.tell("objects", "writeBatch", given.items(given.together(given.text, given.data))("objects", objects));
  }

  /** Removes an object. */
  objectDelete(hash: string): boolean {
    given.count("objectDelete", arguments, 1, "hash");
    return this.tell("objects", "delete", given.text("hash", hash));
  }

  /** Some hashes, in the order of their text. */
  objectList(after?: string | undefined, limit = 65_536): NamePage {
    given.count("objectList", arguments, 0, "after", "limit");
    return this.ask("objects", "list", given.optional(given.text)("after", after), given.small("limit", limit));
  }

  /** Numbers about the objects of the store and about this instance. */
  objectStats(): ObjectStats {
    given.count("objectStats", arguments, 0);
    return this.ask("objects", "stats");
  }

  // Sessions.

  /** Makes a segment with these entries, in the place of the one that is there. */
  sessionCreateSegment(session: string, segment: string, entries: Iterable<Value>): void {
    given.count("sessionCreateSegment", arguments, 3, "session", "segment", "entries");
    this.tell(
      "sessions",
      "createSegment",
      given.text("session", session),
      given.text("segment", segment),
      given.items(given.value)("entries", entries),
    );
  }

  /** Appends one entry, and makes the segment when it is missing. */
  sessionAppend(session: string, segment: string, entry: Value): bigint {
    given.count("sessionAppend", arguments, 3, "session", "segment", "entry");
    return this.tell(
      "sessions",
      "append",
      given.text("session", session),
      given.text("segment", segment),
      given.value("entry", entry),
    );
  }

  /** Appends entries when the segment has as many as the caller thinks that it has. */
  sessionAppendExpecting(session: string, segment: string, expected: number | bigint, entries: Iterable<Value>): bigint {
    given.count("sessionAppendExpecting", arguments, 4, "session", "segment", "expected", "entries");
    return this.tell(
      "sessions",
      "appendExpecting",
      given.text("session", session),
      given.text("segment", segment),
      given.number("expected", expected),
      given.items(given.value)("entries", entries),
    );
  }

  /** Reads all entries of a segment. */
  sessionRead(session: string, segment: string): Value[] {
    given.count("sessionRead", arguments, 2, "session", "segment");
    return answered.items(parse)(this.ask("sessions", "read", given.text("session", session), given.text("segment", segment)));
  }

  /** Reads some entries of a segment. */
  sessionReadPage(
    session: string,
    segment: string,
    at: Position = "start",
    limit = 65_536,
    direction: Direction = "forward",
  ): LinePage {
    given.count("sessionReadPage", arguments, 2, "session", "segment", "at", "limit", "direction");
    return putLinePage(this.ask(
      "sessions",
      "readPage",
      given.text("session", session),
      given.text("segment", segment),
      takePosition("at", at),
      given.small("limit", limit),
      takeDirection("direction", direction),
    ));
  }

  /** How many entries a segment has. */
  sessionEntryCount(session: string, segment: string): bigint {
    given.count("sessionEntryCount", arguments, 2, "session", "segment");
    return this.ask("sessions", "entryCount", given.text("session", session), given.text("segment", segment));
  }

  /** Returns `true` if the segment is there, in this session. */
  sessionExists(session: string, segment: string): boolean {
    given.count("sessionExists", arguments, 2, "session", "segment");
    return this.ask("sessions", "exists", given.text("session", session), given.text("segment", segment));
  }

  /** Keeps the first entries of a segment and drops those behind them. */
  sessionTruncate(session: string, segment: string, entries: number | bigint, expected: ExpectSeq = "any"): bigint {
    given.count("sessionTruncate", arguments, 3, "session", "segment", "entries", "expected");
    return this.tell(
      "sessions",
      "truncate",
      given.text("session", session),
      given.text("segment", segment),
      given.number("entries", entries),
      takeExpectSeq("expected", expected),
    );
  }

  /** Removes a segment, its trace and its meta. */
  sessionDeleteSegment(session: string, segment: string): boolean {
    given.count("sessionDeleteSegment", arguments, 2, "session", "segment");
    return this.tell("sessions", "deleteSegment", given.text("session", session), given.text("segment", segment));
  }

  /** Reads some sessions, the one that was last written to first. */
  sessionListSessions(after?: string | undefined, limit = 65_536): NamePage {
    given.count("sessionListSessions", arguments, 0, "after", "limit");
    return this.ask("sessions", "listSessions", given.optional(given.text)("after", after), given.small("limit", limit));
  }

  /** Reads some segments of a session, the one that was last written to first. */
  sessionListSegments(session: string, after?: string | undefined, limit = 65_536): NamePage {
    given.count("sessionListSegments", arguments, 1, "session", "after", "limit");
    return this.ask(
      "sessions",
      "listSegments",
      given.text("session", session),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    );
  }

  /** The session that a segment belongs to. */
  sessionSessionOf(segment: string): string | undefined {
    given.count("sessionSessionOf", arguments, 1, "segment");
    return this.ask("sessions", "sessionOf", given.text("segment", segment));
  }

  /** Appends one entry to the trace of a segment, and makes the segment, without entries, when it is missing. */
  sessionAppendTrace(session: string, segment: string, entry: Value): bigint {
    given.count("sessionAppendTrace", arguments, 3, "session", "segment", "entry");
    return this.tell(
      "sessions",
      "appendTrace",
      given.text("session", session),
      given.text("segment", segment),
      given.value("entry", entry),
    );
  }

  /** Reads some entries of a segment's trace. */
  sessionReadTrace(
    session: string,
    segment: string,
    at: Position = "start",
    limit = 65_536,
    direction: Direction = "forward",
  ): LinePage {
    given.count("sessionReadTrace", arguments, 2, "session", "segment", "at", "limit", "direction");
    return putLinePage(this.ask(
      "sessions",
      "readTrace",
      given.text("session", session),
      given.text("segment", segment),
      takePosition("at", at),
      given.small("limit", limit),
      takeDirection("direction", direction),
    ));
  }

  /** Makes a segment of the first entries of another. */
  sessionFork(
    session: string,
    segment: string,
    entries: number | bigint | undefined,
    intoSession: string,
    intoSegment: string,
  ): bigint {
    given.count("sessionFork", arguments, 5, "session", "segment", "entries", "intoSession", "intoSegment");
    return this.tell(
      "sessions",
      "fork",
      given.text("session", session),
      given.text("segment", segment),
      given.optional(given.number)("entries", entries),
      given.text("intoSession", intoSession),
      given.text("intoSegment", intoSegment),
    );
  }

  /** Reads the last entries of a segment, in the order in which they were appended. */
  sessionReadLast(session: string, segment: string, limit = 65_536): LastEntries {
    given.count("sessionReadLast", arguments, 2, "session", "segment", "limit");
    return putLastEntries(this.ask(
      "sessions",
      "readLast",
      given.text("session", session),
      given.text("segment", segment),
      given.small("limit", limit),
    ));
  }

  /** Sets the meta of a segment: a title, a model, an owner. */
  sessionSetMeta(session: string, segment: string, meta: Value | undefined): void {
    given.count("sessionSetMeta", arguments, 3, "session", "segment", "meta");
    this.tell(
      "sessions",
      "setMeta",
      given.text("session", session),
      given.text("segment", segment),
      given.optional(given.value)("meta", meta),
    );
  }

  /** What is known of a segment without reading its entries. */
  sessionDescribe(session: string, segment: string): SegmentDescription {
    given.count("sessionDescribe", arguments, 2, "session", "segment");
    return putSegmentDescription(this.ask(
      "sessions",
      "describe",
      given.text("session", session),
      given.text("segment", segment),
    ));
  }

  // Snapshots.

  /** Keeps bytes under a key, whatever it held before. */
  snapshotPersist(key: string, blob: Uint8Array): void {
    given.count("snapshotPersist", arguments, 2, "key", "blob");
    this.tell("snapshots", "persist", given.text("key", key), given.data("blob", blob));
  }

  /** Notes a key. */
  snapshotPersistMarker(key: string): void {
    given.count("snapshotPersistMarker", arguments, 1, "key");
    this.tell("snapshots", "persistMarker", given.text("key", key));
  }

  /** Removes a key and the bytes that it holds. */
  snapshotDeleteMarker(key: string): boolean {
    given.count("snapshotDeleteMarker", arguments, 1, "key");
    return this.tell("snapshots", "deleteMarker", given.text("key", key));
  }

  /** The bytes of a key. */
  snapshotLoad(key: string): Uint8Array | undefined {
    given.count("snapshotLoad", arguments, 1, "key");
    return this.ask("snapshots", "load", given.text("key", key));
  }

  /** Reads some keys. */
  snapshotKeys(prefix = "", after?: string | undefined, limit = 65_536): NamePage {
    given.count("snapshotKeys", arguments, 0, "prefix", "after", "limit");
    return this.ask(
      "snapshots",
      "keys",
      given.text("prefix", prefix),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    );
  }

  /** Returns `true` if a key is there, be it only noted. */
  snapshotContains(key: string): boolean {
    given.count("snapshotContains", arguments, 1, "key");
    return this.ask("snapshots", "contains", given.text("key", key));
  }

  // Dispatch.

  /** Performs one operation of an SX program. */
  handleOp(op: string, args: string): string | undefined {
    given.count("handleOp", arguments, 2, "op", "args");
    return this.tell("dispatch", "handleOp", given.text("op", op), given.text("args", args));
  }

  /** `handle-op` for bytes: blobs and values that are not UTF-8 pass. */
  handleOpBytes(op: string, args: Uint8Array): Uint8Array | undefined {
    given.count("handleOpBytes", arguments, 2, "op", "args");
    return this.tell("dispatch", "handleOpBytes", given.text("op", op), given.data("args", args));
  }

  // Admin.

  /** Sets when writes are durable. `always` flushes first. */
  setDurability(level: Durability): void {
    given.count("setDurability", arguments, 1, "level");
    this.tell("admin", "setDurability", takeDurability("level", level));
  }

  /** Makes everything answered so far durable. */
  flush(): void {
    given.count("flush", arguments, 0);
    this.tell("admin", "flush");
  }

  /** Makes everything answered so far durable and writes it into the base files, where other programs can read it. */
  checkpoint(): void {
    given.count("checkpoint", arguments, 0);
    this.tell("admin", "checkpoint");
  }

  /**
   * Makes everything acknowledged so far durable and does a part of a checkpoint; where nothing is left of one, of a merge
   * of runs. Commits about anything but streams, keys and blobs may stay where they are, in a short journal: `checkpoint`
   * takes those, too. Returns whether there is more of what it did a part of: other calls may come before that, and until a
   * checkpoint that was begun is done each write does a part of it, too. An instance that has written nothing merges
   * nothing.
   */
  checkpointStep(): boolean {
    given.count("checkpointStep", arguments, 0);
    return this.tell("admin", "checkpointStep");
  }

  /** Reads everything and changes nothing. */
  verify(): Report {
    given.count("verify", arguments, 0);
    return this.ask("admin", "verify");
  }

  /**
   * Reads a part of everything, one of so many, and changes nothing. All parts together find what `verify` does, where
   * nobody writes meanwhile, and each thing is counted in one of them.
   */
  verifyPart(part: number, parts: number): Report {
    given.count("verifyPart", arguments, 2, "part", "parts");
    return this.ask("admin", "verifyPart", given.small("part", part), given.small("parts", parts));
  }

  /**
   * Copies every damaged piece to `quarantine/`, synced, and then takes it out of the store. Deletes nothing else. Bytes of
   * the original store that are no UTF-8 are no damage.
   */
  repair(): Report {
    given.count("repair", arguments, 0);
    return this.tell("admin", "repair");
  }

  /** Named numbers about the store and this instance. */
  stats(): Map<string, bigint> {
    given.count("stats", arguments, 0);
    return answered.counters(this.ask("admin", "stats"));
  }

  /**
   * Does a part of what makes the root one of this layout. Returns about how many streams, keys and blobs are left to be
   * copied or removed, at least 1 while anything is; 0 when it is done. Until the last of the copies the root is of the
   * layout that it was.
   */
  convertStep(to: Layout): bigint {
    given.count("convertStep", arguments, 1, "to");
    return this.tell("admin", "convertStep", takeLayout("to", to));
  }

  /**
   * Does a part of what makes one run of all, without what was overwritten, removed or truncated. Returns about how many
   * bytes are left to be read, at least 1 while anything is; 0 when it is done. Runs do so by themselves, when half of what
   * they hold is garbage. The first part is a checkpoint; what is written meanwhile is left to the next time.
   */
  compactStep(): bigint {
    given.count("compactStep", arguments, 0);
    return this.tell("admin", "compactStep");
  }

  /** How much of the store is whose: of each keyspace, or of each stream, table or session, in the order of their names. */
  usage(by: UsageBy, after?: string | undefined, limit = 65_536): UsagePage {
    given.count("usage", arguments, 1, "by", "after", "limit");
    return this.ask(
      "admin",
      "usage",
      takeUsageBy("by", by),
      given.optional(given.text)("after", after),
      given.small("limit", limit),
    );
  }
}
