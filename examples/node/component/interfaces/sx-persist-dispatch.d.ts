/** @module Interface sx:persist/dispatch@0.2.0 **/
export function handleOp(op: string, args: string): string | undefined;
export function handleOpBytes(op: string, args: Uint8Array): Uint8Array | undefined;
export type Refusal = import('./sx-persist-types.js').Refusal;
