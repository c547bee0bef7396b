/** @module Interface sx:persist/blob@0.2.0 **/
export function put(bytes: Uint8Array): string;
export function get(cid: string): Uint8Array | undefined;
export function has(cid: string): boolean;
export function size(cid: string): bigint | undefined;
export function readAt(cid: string, offset: bigint, length: number): Uint8Array | undefined;
export { _delete as delete };
function _delete(cid: string): boolean;
export function list(after: string | undefined, limit: number): NamePage;
export type Error = import('./sx-persist-types.js').Error;
export type NamePage = import('./sx-persist-types.js').NamePage;

export class Writer {
  constructor()
  write(bytes: Uint8Array): void;
  static finish(this_: Writer): string;
}
