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
export interface AppendOp {
  stream: string,
  event: string,
}
export interface AppendExpectingOp {
  stream: string,
  expected: bigint,
  events: Array<string>,
}
export interface RecordEventOp {
  stream: string,
  kind: string,
  at: bigint,
  data: string,
  expected: ExpectSeq,
}
export interface TruncateOp {
  stream: string,
  upto: bigint,
}
export interface KvPutOp {
  key: string,
  value: string,
}
export interface KvSwapOp {
  key: string,
  expected?: string,
  replacement?: string,
}
export interface RefSetOp {
  name: string,
  hash: string,
}
export interface RefTestAndSetOp {
  name: string,
  test?: string,
  set?: string,
}
export interface SnapshotPersistOp {
  key: string,
  blob: Uint8Array,
}
export interface ObjectWriteOp {
  hash: string,
  bytes: Uint8Array,
}
export interface SessionCreateSegmentOp {
  session: string,
  segment: string,
  entries: Array<string>,
}
export interface SessionAppendOp {
  session: string,
  segment: string,
  entry: string,
}
export interface SessionAppendExpectingOp {
  session: string,
  segment: string,
  expected: bigint,
  entries: Array<string>,
}
export interface SessionTruncateOp {
  session: string,
  segment: string,
  entries: bigint,
  expected: ExpectSeq,
}
export interface SessionForkOp {
  session: string,
  segment: string,
  entries?: bigint,
  intoSession: string,
  intoSegment: string,
}
export interface SessionSetMetaOp {
  session: string,
  segment: string,
  meta?: string,
}
export interface SessionDeleteSegmentOp {
  session: string,
  segment: string,
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
export interface MapPutOp {
  table: string,
  key: Uint8Array,
  value: Uint8Array,
}
export interface MapSwapOp {
  table: string,
  key: Uint8Array,
  expected: Expect,
  value: Uint8Array,
}
export interface MapDeleteOp {
  table: string,
  key: Uint8Array,
  expected: Expect,
}
export interface MapIncrementOp {
  table: string,
  key: Uint8Array,
  delta: bigint,
}
export interface CheckLastSeqOp {
  stream: string,
  lastSeq: bigint,
}
export interface CheckCountOp {
  stream: string,
  count: bigint,
}
export interface CheckKeyOp {
  key: string,
  value?: string,
}
export interface CheckRefOp {
  name: string,
  hash?: string,
}
export interface CheckMapOp {
  table: string,
  key: Uint8Array,
  expected: Expect,
}
export interface CheckSegmentOp {
  session: string,
  segment: string,
  entries: bigint,
}
export type Op = OpAppend | OpAppendExpecting | OpRecordEvent | OpTruncate | OpKvPut | OpKvDelete | OpKvSwap | OpBlobPut | OpRefSet | OpRefTestAndSet | OpRefDelete | OpSnapshotPersist | OpSnapshotPersistMarker | OpSnapshotDeleteMarker | OpObjectWrite | OpObjectDelete | OpSessionCreateSegment | OpSessionAppend | OpSessionAppendExpecting | OpSessionTruncate | OpSessionDeleteSegment | OpSessionAppendTrace | OpSessionFork | OpSessionSetMeta | OpCheckLastSeq | OpCheckCount | OpCheckKey | OpCheckRef | OpCheckMap | OpCheckSegment | OpMapPut | OpMapPutNew | OpMapSwap | OpMapDelete | OpMapIncrement;
export interface OpAppend {
  tag: 'append',
  val: AppendOp,
}
export interface OpAppendExpecting {
  tag: 'append-expecting',
  val: AppendExpectingOp,
}
export interface OpRecordEvent {
  tag: 'record-event',
  val: RecordEventOp,
}
export interface OpTruncate {
  tag: 'truncate',
  val: TruncateOp,
}
export interface OpKvPut {
  tag: 'kv-put',
  val: KvPutOp,
}
export interface OpKvDelete {
  tag: 'kv-delete',
  val: string,
}
export interface OpKvSwap {
  tag: 'kv-swap',
  val: KvSwapOp,
}
export interface OpBlobPut {
  tag: 'blob-put',
  val: Uint8Array,
}
export interface OpRefSet {
  tag: 'ref-set',
  val: RefSetOp,
}
export interface OpRefTestAndSet {
  tag: 'ref-test-and-set',
  val: RefTestAndSetOp,
}
export interface OpRefDelete {
  tag: 'ref-delete',
  val: string,
}
export interface OpSnapshotPersist {
  tag: 'snapshot-persist',
  val: SnapshotPersistOp,
}
export interface OpSnapshotPersistMarker {
  tag: 'snapshot-persist-marker',
  val: string,
}
export interface OpSnapshotDeleteMarker {
  tag: 'snapshot-delete-marker',
  val: string,
}
export interface OpObjectWrite {
  tag: 'object-write',
  val: ObjectWriteOp,
}
export interface OpObjectDelete {
  tag: 'object-delete',
  val: string,
}
export interface OpSessionCreateSegment {
  tag: 'session-create-segment',
  val: SessionCreateSegmentOp,
}
export interface OpSessionAppend {
  tag: 'session-append',
  val: SessionAppendOp,
}
export interface OpSessionAppendExpecting {
  tag: 'session-append-expecting',
  val: SessionAppendExpectingOp,
}
export interface OpSessionTruncate {
  tag: 'session-truncate',
  val: SessionTruncateOp,
}
export interface OpSessionDeleteSegment {
  tag: 'session-delete-segment',
  val: SessionDeleteSegmentOp,
}
export interface OpSessionAppendTrace {
  tag: 'session-append-trace',
  val: SessionAppendOp,
}
export interface OpSessionFork {
  tag: 'session-fork',
  val: SessionForkOp,
}
export interface OpSessionSetMeta {
  tag: 'session-set-meta',
  val: SessionSetMetaOp,
}
export interface OpCheckLastSeq {
  tag: 'check-last-seq',
  val: CheckLastSeqOp,
}
export interface OpCheckCount {
  tag: 'check-count',
  val: CheckCountOp,
}
export interface OpCheckKey {
  tag: 'check-key',
  val: CheckKeyOp,
}
export interface OpCheckRef {
  tag: 'check-ref',
  val: CheckRefOp,
}
export interface OpCheckMap {
  tag: 'check-map',
  val: CheckMapOp,
}
export interface OpCheckSegment {
  tag: 'check-segment',
  val: CheckSegmentOp,
}
export interface OpMapPut {
  tag: 'map-put',
  val: MapPutOp,
}
export interface OpMapPutNew {
  tag: 'map-put-new',
  val: MapPutOp,
}
export interface OpMapSwap {
  tag: 'map-swap',
  val: MapSwapOp,
}
export interface OpMapDelete {
  tag: 'map-delete',
  val: MapDeleteOp,
}
export interface OpMapIncrement {
  tag: 'map-increment',
  val: MapIncrementOp,
}
export type Outcome = OutcomeAppended | OutcomeRecorded | OutcomeTruncated | OutcomePut | OutcomeDeleted | OutcomeSwapped | OutcomeStored | OutcomeVersioned | OutcomeIncremented | OutcomeChecked;
export interface OutcomeAppended {
  tag: 'appended',
  val: bigint,
}
export interface OutcomeRecorded {
  tag: 'recorded',
  val: string,
}
export interface OutcomeTruncated {
  tag: 'truncated',
  val: bigint,
}
export interface OutcomePut {
  tag: 'put',
}
export interface OutcomeDeleted {
  tag: 'deleted',
  val: boolean,
}
export interface OutcomeSwapped {
  tag: 'swapped',
  val: boolean,
}
export interface OutcomeStored {
  tag: 'stored',
  val: string,
}
export interface OutcomeVersioned {
  tag: 'versioned',
  val: bigint,
}
export interface OutcomeIncremented {
  tag: 'incremented',
  val: bigint,
}
export interface OutcomeChecked {
  tag: 'checked',
}
/**
 * # Variants
 * 
 * ## `"always"`
 * 
 * ## `"relaxed"`
 */
export type Durability = 'always' | 'relaxed';
export interface Counter {
  name: string,
  value: bigint,
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
