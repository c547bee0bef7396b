/** @module Interface sx:persist/batch@0.2.0 **/
export function commit(ops: Array<Op>): Array<Outcome>;
export function run(ops: Array<Op>): Array<Result<Outcome, Error>>;
export type Error = import('./sx-persist-types.js').Error;
export type Op = import('./sx-persist-types.js').Op;
export type Outcome = import('./sx-persist-types.js').Outcome;
export type Refusal = import('./sx-persist-types.js').Refusal;
export type Result<T, E> = { tag: 'ok', val: T } | { tag: 'err', val: E };
