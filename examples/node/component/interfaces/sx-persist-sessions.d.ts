/** @module Interface sx:persist/sessions@0.2.0 **/
export function createSegment(session: string, segment: string, entries: Array<string>): void;
export function append(session: string, segment: string, entry: string): bigint;
export function appendExpecting(session: string, segment: string, expected: bigint, entries: Array<string>): bigint;
export function read(session: string, segment: string): Array<string>;
export function readAfter(session: string, segment: string, index: bigint, limit: number): SegmentPage;
export function entryCount(session: string, segment: string): bigint;
export function exists(session: string, segment: string): boolean;
export function truncate(session: string, segment: string, entries: bigint): bigint;
export function deleteSegment(session: string, segment: string): boolean;
export function listSessions(after: string | undefined, limit: number): IdPage;
export function listSegments(session: string, after: string | undefined, limit: number): IdPage;
export function sessionOf(segment: string): string | undefined;
export function appendTrace(session: string, segment: string, entry: string): bigint;
export function readTrace(session: string, segment: string, index: bigint, limit: number): SegmentPage;
export type Error = import('./sx-persist-types.js').Error;
export type SegmentPage = import('./sx-persist-types.js').SegmentPage;
export type IdPage = import('./sx-persist-types.js').IdPage;
