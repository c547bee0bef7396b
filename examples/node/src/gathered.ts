/** Operations of a transaction and questions of reads: what is given for them, and what they are answered. */

import { listed, type Taking } from "./given.js";
import type { Guest } from "./guest.js";
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

/** Checks all of them, and makes of each what the component takes. */
export function taken(of: ReadonlyMap<string, Gathered>, items: Iterable<readonly unknown[]>): Taken[] {
  return listed("operations", items).map((item, index) => {
    if (!Array.isArray(item) || typeof item[0] !== "string") {
      throw new TypeError(`operation ${index}: an array of a name and arguments is wanted, not ${described(item)}`);
    }
    const [name, ...given] = item as [string, ...unknown[]];
    const kind = of.get(name);
    if (!kind) throw new RangeError(`operation ${index}: ${JSON.stringify(name)} is no method of wit/batch.wit`);
    if (given.length !== kind.parameters.length) {
      const wanted = kind.parameters.map(([parameter]) => parameter).join(", ");
      throw new TypeError(`operation ${index}: ${name} takes ${wanted}; ${given.length} arguments are given`);
    }
    return { name, kind, given: kind.parameters.map(([parameter, take], at) => take(`operation ${index}: ${parameter}`, given[at])) };
  });
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
