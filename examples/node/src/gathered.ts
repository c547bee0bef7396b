/** Operations of a transaction and questions of reads: what is given for them, and what they are answered. */

import { listed, type Taking } from "./given.js";
import type { Guest } from "./guest.js";
import { nearest } from "./nearest.js";
import { described } from "./sx.js";
import { BlobWriter } from "./writer.js";

export interface Gathered {
  /** The method that answers it; undefined where it is done, and answers nothing. */
  readonly accessor: string | undefined;
  readonly answer: (answer: never) => unknown;
  readonly parameters: readonly (readonly [name: string, take: Taking<unknown>])[];
}

interface Taken {
  readonly name: string;
  readonly kind: Gathered;
  readonly given: unknown[];
}

/** What its methods are called by, of whichever resource. */
type Methods = Record<string, (...given: unknown[]) => unknown>;

export function gathered<A>(
  accessor: string | undefined,
  answer: (answer: A) => unknown,
  ...parameters: (readonly [name: string, take: Taking<unknown>])[]
): Gathered {
  return { accessor, answer, parameters };
}

/** Checks all of them, and makes of each what the component takes. `method` is what performs them: `commit` or `moment`. */
export function taken(method: string, of: ReadonlyMap<string, Gathered>, items: Iterable<readonly unknown[]>): Taken[] {
  return listed("operations", items).map((item, index) => {
    if (!Array.isArray(item) || typeof item[0] !== "string") {
      throw new TypeError(`operation ${index}: an array of a name and arguments is wanted, not ${described(item)}`);
    }
    const [spelled, ...given] = item as [string, ...unknown[]];
    const name = camel(spelled);
    const kind = of.get(name);
    if (!kind) throw new RangeError(`operation ${index}: ${unknown(method, of, spelled)}`);
    if (given.length !== kind.parameters.length) {
      const wanted = kind.parameters.map(([parameter]) => parameter).join(", ");
      throw new TypeError(`operation ${index}: ${name} takes ${wanted}; ${given.length} arguments are given`);
    }
    return { name, kind, given: kind.parameters.map(([parameter, take], at) => take(`operation ${index}: ${parameter}`, given[at])) };
  });
}

/** `kv-put` and `kv_put` as `kvPut`. */
function camel(name: string): string {
  if (!/^[a-z]+(?:-[a-z]+)+$|^[a-z]+(?:_[a-z]+)+$/.test(name)) return name;
  return name.replace(/[-_]./g, (part) => part.slice(1).toUpperCase());
}

function unknown(method: string, of: ReadonlyMap<string, Gathered>, name: string): string {
  // As it is written it is held against all, whichever way they are written.
  const cut = (by: string) => [...of.keys()].map((known) => known.replace(/[A-Z]/g, (letter) => by + letter.toLowerCase()));
  const meant = nearest(name, [...of.keys(), ...cut("-"), ...cut("_")]);
  const advice = meant === undefined ? `there are ${[...of.keys()].join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
  return `${method} knows no ${JSON.stringify(name)}; ${advice}`;
}

/** Calls a method of what gathers for each; when one is refused, nothing of it stays. */
export function gather(guest: Guest, gathering: object, items: Taken[]): void {
  try {
    for (const { name, given } of items) {
      const handed = given.map((part) => (part instanceof BlobWriter ? part.taken(guest) : part));
      guest.ask(() => (gathering as Methods)[name]?.(...handed));
    }
  } catch (error) {
    guest.drop(gathering);
    throw error;
  }
}

/** What each is answered. */
export function answers(guest: Guest, answered: object, items: Taken[]): unknown[] {
  try {
    return items.map(({ kind }, index) => {
      if (kind.accessor === undefined) return undefined;
      const { accessor } = kind;
      return kind.answer(guest.ask(() => (answered as Methods)[accessor]?.(index)) as never);
    });
  } finally {
    guest.drop(answered);
  }
}
