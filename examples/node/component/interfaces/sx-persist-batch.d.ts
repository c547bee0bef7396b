/** @module Interface sx:persist/batch@0.2.0 **/
export type Error = import('./sx-persist-types.js').Error;
export type Expect = import('./sx-persist-types.js').Expect;
export type ExpectSeq = import('./sx-persist-types.js').ExpectSeq;
export type MapEntry = import('./sx-persist-types.js').MapEntry;
export type Refusal = import('./sx-persist-types.js').Refusal;
export type Writer = import('./sx-persist-blob.js').Writer;

export class Committed {
  /**
   * This type does not have a public constructor.
   */
  private constructor();
  lsn(): bigint;
  number(index: number): bigint | undefined;
  flag(index: number): boolean | undefined;
  text(index: number): string | undefined;
}

export class Moment {
  /**
   * This type does not have a public constructor.
   */
  private constructor();
  lsn(): bigint;
  text(index: number): string | undefined;
  entry(index: number): MapEntry | undefined;
  number(index: number): bigint | undefined;
}

export class Reads {
  constructor()
  kvGet(key: string): number;
  mapGet(table: string, key: Uint8Array): number;
  refGet(name: string): number;
  lastSeq(stream: string): number;
  count(stream: string): number;
  segment(session: string, segment: string): number;
  static read(this_: Reads): Moment;
}

export class Transaction {
  constructor()
  append(stream: string, event: string): number;
  appendExpecting(stream: string, expected: bigint, events: Array<string>): number;
  recordEvent(stream: string, kind: string, at: bigint, data: string, expected: ExpectSeq): number;
  truncate(stream: string, upto: bigint): number;
  kvPut(key: string, value: string): number;
  kvDelete(key: string): number;
  kvSwap(key: string, expected: string | undefined, replacement: string | undefined): number;
  blobPut(bytes: Uint8Array): number;
  blobDelete(cid: string): number;
  blobFinish(writer: Writer): number;
  refSet(name: string, hash: string): number;
  refTestAndSet(name: string, test: string | undefined, set: string | undefined): number;
  refDelete(name: string): number;
  snapshotPersist(key: string, blob: Uint8Array): number;
  snapshotPersistMarker(key: string): number;
  snapshotDeleteMarker(key: string): number;
  objectWrite(hash: string, bytes: Uint8Array): number;
  objectDelete(hash: string): number;
  sessionCreateSegment(session: string, segment: string, entries: Array<string>): number;
  sessionAppend(session: string, segment: string, entry: string): number;
  sessionAppendExpecting(session: string, segment: string, expected: bigint, entries: Array<string>): number;
  sessionTruncate(session: string, segment: string, entries: bigint, expected: ExpectSeq): number;
  sessionDeleteSegment(session: string, segment: string): number;
  sessionAppendTrace(session: string, segment: string, entry: string): number;
  sessionFork(session: string, segment: string, entries: bigint | undefined, intoSession: string, intoSegment: string): number;
  sessionSetMeta(session: string, segment: string, meta: string | undefined): number;
  mapPut(table: string, key: Uint8Array, value: Uint8Array): number;
  mapPutNew(table: string, key: Uint8Array, value: Uint8Array): number;
  mapSwap(table: string, key: Uint8Array, expected: Expect, value: Uint8Array): number;
  mapDelete(table: string, key: Uint8Array, expected: Expect): number;
  mapIncrement(table: string, key: Uint8Array, delta: bigint): number;
  mapDropTable(table: string): number;
  checkLastSeq(stream: string, lastSeq: bigint): number;
  checkCount(stream: string, count: bigint): number;
  checkKey(key: string, value: string | undefined): number;
  checkRef(name: string, hash: string | undefined): number;
  checkMap(table: string, key: Uint8Array, expected: Expect): number;
  checkSegment(session: string, segment: string, entries: bigint): number;
  static commit(this_: Transaction): Committed;
}
