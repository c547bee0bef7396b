/** @module Interface sx:persist/snapshots@0.2.0 **/
export function persist(key: string, blob: Uint8Array): void;
export function persistMarker(key: string): void;
export function deleteMarker(key: string): boolean;
export function load(key: string): Uint8Array | undefined;
export function keys(prefix: string, after: string | undefined, limit: number): NamePage;
export function contains(key: string): boolean;
export type Error = import('./sx-persist-types.js').Error;
export type NamePage = import('./sx-persist-types.js').NamePage;
