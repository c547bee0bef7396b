/** @module Interface sx:persist/types@0.2.0 **/
export interface AtByte {
  offset: bigint,
  reason: string,
}
export interface Stale {
  expected: bigint,
  actual: bigint,
}
export interface Damage {
  file: string,
  line?: bigint,
  offset: bigint,
  reason: string,
}
export interface Excess {
  limit: bigint,
  actual: bigint,
}
export interface Failure {
  step: string,
  file: string,
  code: string,
}
export interface Fact {
  name: string,
  value: string,
}
export interface Detail {
  code: string,
  message: string,
  facts: Array<Fact>,
}
export type Error = ErrorInvalidName | ErrorInvalidValue | ErrorInvalidEvent | ErrorInvalidCid | ErrorInvalidHash | ErrorInvalidArgument | ErrorTooLarge | ErrorStale | ErrorConflict | ErrorNotFound | ErrorCorrupt | ErrorReadOnly | ErrorNoSpace | ErrorIo | ErrorClosed | ErrorOutOfMemory | ErrorGone | ErrorQuota | ErrorOther;
export interface ErrorInvalidName {
  tag: 'invalid-name',
  val: string,
}
export interface ErrorInvalidValue {
  tag: 'invalid-value',
  val: AtByte,
}
export interface ErrorInvalidEvent {
  tag: 'invalid-event',
  val: string,
}
export interface ErrorInvalidCid {
  tag: 'invalid-cid',
  val: string,
}
export interface ErrorInvalidHash {
  tag: 'invalid-hash',
  val: string,
}
export interface ErrorInvalidArgument {
  tag: 'invalid-argument',
  val: string,
}
export interface ErrorTooLarge {
  tag: 'too-large',
  val: Excess,
}
export interface ErrorStale {
  tag: 'stale',
  val: Stale,
}
export interface ErrorConflict {
  tag: 'conflict',
  val: string,
}
export interface ErrorNotFound {
  tag: 'not-found',
  val: string,
}
export interface ErrorCorrupt {
  tag: 'corrupt',
  val: Damage,
}
export interface ErrorReadOnly {
  tag: 'read-only',
}
export interface ErrorNoSpace {
  tag: 'no-space',
  val: Failure,
}
export interface ErrorIo {
  tag: 'io',
  val: Failure,
}
export interface ErrorClosed {
  tag: 'closed',
  val: Failure,
}
export interface ErrorOutOfMemory {
  tag: 'out-of-memory',
}
export interface ErrorGone {
  tag: 'gone',
  val: bigint,
}
export interface ErrorQuota {
  tag: 'quota',
  val: Excess,
}
export interface ErrorOther {
  tag: 'other',
  val: Detail,
}
export interface Refusal {
  index?: number,
  reason: Error,
}
export type Position = PositionStart | PositionEnd | PositionAfter | PositionCursor;
export interface PositionStart {
  tag: 'start',
}
export interface PositionEnd {
  tag: 'end',
}
export interface PositionAfter {
  tag: 'after',
  val: bigint,
}
export interface PositionCursor {
  tag: 'cursor',
  val: string,
}
/**
 * # Variants
 * 
 * ## `"forward"`
 * 
 * ## `"backward"`
 */
export type Direction = 'forward' | 'backward';
export type ExpectSeq = ExpectSeqAny | ExpectSeqAt;
export interface ExpectSeqAny {
  tag: 'any',
}
export interface ExpectSeqAt {
  tag: 'at',
  val: bigint,
}
export type Expect = ExpectAny | ExpectAbsent | ExpectVersion;
export interface ExpectAny {
  tag: 'any',
}
export interface ExpectAbsent {
  tag: 'absent',
}
export interface ExpectVersion {
  tag: 'version',
  val: bigint,
}
export interface LinePage {
  lines: string,
  through: string,
  done: boolean,
}
export interface LastEntries {
  index: bigint,
  lines: string,
  through: string,
}
export interface SegmentDescription {
  entries: bigint,
  traceEntries: bigint,
  lsn: bigint,
  meta?: string,
}
export interface NamePage {
  names: Array<string>,
  through: string,
  done: boolean,
}
export interface Entry {
  key: string,
  value: string,
}
export interface EntryPage {
  entries: Array<Entry>,
  through: string,
  done: boolean,
}
export interface RefEntry {
  name: string,
  hash: string,
}
export interface RefPage {
  refs: Array<RefEntry>,
  through: string,
  done: boolean,
}
export interface MapEntry {
  value: Uint8Array,
  version: bigint,
}
export interface MapPair {
  key: Uint8Array,
  value: Uint8Array,
}
export interface MapRange {
  prefix: Uint8Array,
  start?: Uint8Array,
  end?: Uint8Array,
}
export interface MapItem {
  key: Uint8Array,
  value: Uint8Array,
  version: bigint,
}
export interface MapPage {
  items: Array<MapItem>,
  through: string,
  done: boolean,
}
export interface KeyPage {
  keys: Array<Uint8Array>,
  through: string,
  done: boolean,
}
/**
 * # Variants
 * 
 * ## `"always"`
 * 
 * ## `"relaxed"`
 */
export type Durability = 'always' | 'relaxed';
/**
 * # Variants
 * 
 * ## `"plain"`
 * 
 * ## `"packed"`
 */
export type Layout = 'plain' | 'packed';
export interface Counter {
  name: string,
  value: bigint,
}
/**
 * # Variants
 * 
 * ## `"keyspaces"`
 * 
 * ## `"streams"`
 * 
 * ## `"tables"`
 * 
 * ## `"sessions"`
 */
export type UsageBy = 'keyspaces' | 'streams' | 'tables' | 'sessions';
export interface Usage {
  name: string,
  items: bigint,
  valueBytes: bigint,
  diskBytes: bigint,
  garbageBytes: bigint,
}
export interface UsagePage {
  items: Array<Usage>,
  through: string,
  done: boolean,
}
export interface Finding {
  damage: Damage,
  setAside?: string,
}
export interface Report {
  logs: bigint,
  events: bigint,
  entries: bigint,
  blobs: bigint,
  bytes: bigint,
  foreign: bigint,
  damaged: bigint,
  findings: Array<Finding>,
}
export interface ObjectStats {
  objects: bigint,
  bytes: bigint,
  reads: bigint,
  writes: bigint,
  hits: bigint,
  misses: bigint,
}
