/** @module Interface sx:persist/refs@0.2.0 **/
export function get(name: string): string | undefined;
export function set(name: string, hash: string): void;
export function testAndSet(name: string, test: string | undefined, set: string | undefined): boolean;
export { _delete as delete };
function _delete(name: string): boolean;
export function list(prefix: string, after: string | undefined, limit: number): RefPage;
export type Error = import('./sx-persist-types.js').Error;
export type RefPage = import('./sx-persist-types.js').RefPage;
