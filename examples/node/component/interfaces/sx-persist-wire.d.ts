/** @module Interface sx:persist/wire@0.2.0 **/
export function run(operations: Uint8Array, whole: boolean): Uint8Array;
export function runFinishing(operations: Uint8Array, writers: Array<Writer>, whole: boolean): Uint8Array;
export function read(questions: Uint8Array): Uint8Array;
export function call(call: Uint8Array): Uint8Array;
export type Error = import('./sx-persist-types.js').Error;
export type Writer = import('./sx-persist-blob.js').Writer;
