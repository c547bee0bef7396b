/** @module Interface sx:persist/admin@0.2.0 **/
export function setDurability(level: Durability): void;
export function flush(): void;
export function checkpoint(): void;
export function checkpointStep(): boolean;
export function verify(): Report;
export function verifyPart(part: number, parts: number): Report;
export function repair(): Report;
export function stats(): Array<Counter>;
export function convertStep(to: Layout): bigint;
export function compactStep(): bigint;
export function usage(by: UsageBy, after: string | undefined, limit: number): UsagePage;
export type Error = import('./sx-persist-types.js').Error;
export type Durability = import('./sx-persist-types.js').Durability;
export type Layout = import('./sx-persist-types.js').Layout;
export type Report = import('./sx-persist-types.js').Report;
export type Counter = import('./sx-persist-types.js').Counter;
export type UsageBy = import('./sx-persist-types.js').UsageBy;
export type UsagePage = import('./sx-persist-types.js').UsagePage;
