/** @module Interface sx:persist/objects@0.2.0 **/
export function read(hash: string): Uint8Array | undefined;
export function exists(hash: string): boolean;
export function write(hash: string, bytes: Uint8Array): void;
export function writeBatch(objects: Array<[string, Uint8Array]>): void;
export { _delete as delete };
function _delete(hash: string): boolean;
export function list(after: string | undefined, limit: number): NamePage;
export function stats(): ObjectStats;
export type Error = import('./sx-persist-types.js').Error;
export type NamePage = import('./sx-persist-types.js').NamePage;
export type ObjectStats = import('./sx-persist-types.js').ObjectStats;
export type Refusal = import('./sx-persist-types.js').Refusal;
