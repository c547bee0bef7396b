/** What somebody meant who wrote a name that nobody knows. */

/** The name that takes the fewest letters to be added, left out or changed; undefined when that is more than a third of them. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let [meant, fewest]: [string | undefined, number] = [undefined, Math.floor(name.length / 3)];
  for (const other of known) {
    // A name of any length may be given, and one that is much longer is none of these.
    if (Math.abs(other.length - name.length) > fewest) continue;
    const letters = distance(name, other);
    if (letters < fewest || (letters === fewest && meant === undefined)) [meant, fewest] = [other, letters];
  }
  return meant;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at++) {
      const changed = (row[at - 1] ?? 0) + (letter === other[at - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
