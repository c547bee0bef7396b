"""Reads the tables that a store keeps in sorted runs, from docs/format.md alone: in a packed root streams, keys and blobs, too.

    python3 runs.py ROOT            prints each key as a line of JSON
    python3 runs.py --check ROOT    compares the counts with the keys as well, and prints a summary

Both check every byte of the files of runs. The store has to be closed: nothing here looks for a writer that goes on meanwhile.
"""

import json
import os
import struct
import sys
from typing import Iterator

import packed
from journal import (
    ELSEWHERE, KEYSPACES, LARGE_BLOBS, REMOVED, VALUE, Cursor, Damage, Entry, Run, crc32c, highest_journal, need, read_file, read_journal,
)
from run_file import RunFile


class Row:
    """What a segment has come to."""

    def __init__(self, entry: Entry) -> None:
        self.session, cursor = entry.value[:16], Cursor(f"the row {entry.key.hex()}", 16, entry.value[16:])
        self.lsn, self.entries, _, self.traces, _ = (cursor.number() for _ in range(5))
        cursor.need(not cursor.left(), "something stands behind the five numbers")

    def has(self, keyspace: int) -> int:
        return self.traces if keyspace == 9 else self.entries


class Store:
    """The newest entry of each key that is there."""

    def __init__(self, root: str) -> None:
        layout = read_file(root, "format") if os.path.lexists(os.path.join(root, "format")) else None
        self.is_packed = layout is not None and layout.startswith(b"sx-persist 5 packed\n")
        is_plain = layout is None or layout.startswith(b"sx-persist 5 plain\n")
        need(self.is_packed or is_plain, "format", 0, f"another format: {layout!r}")
        file = highest_journal(root)
        need(layout is None or file is not None, "journal", 0, "no journal that is not empty")
        self.root, self.others = root, {}
        runs, self.kept, changes = read_journal(file, read_file(root, file)) if file else ([], {}, [])
        files = [file for run in runs for file in run.files]
        self.keys, self.runs, self.files = {}, len(runs), len(files)
        self.cut = sum(file.lowest != file.first for file in files)
        for run in reversed(runs):
            self.lay(run, file)
        if self.is_packed:
            packed.check_guards(root)
            self.keys |= {entry.key: entry for entry in packed.large_blobs(root)}
        for entry in changes:
            self.put(entry)
        self.keep_what_counts()

    def lay(self, run: Run, journal: str) -> None:
        """Lays a run over those that are older."""
        counted = {}
        for named in run.files:
            for entry in RunFile(named, read_file(self.root, f"runs/{named.number:020}")).entries():
                if entry.key >= named.lowest:
                    self.put(self.with_value(entry, counted))
        for number, count in counted.items():
            reason = f"a run has {count} bytes in file {number}, and more than it says"
            need(run.values.get(number, 0) >= count, journal, 1024, reason)

    def keep_what_counts(self) -> None:
        """Takes out what no row speaks of, and what is of the other layout: a conversion leaves it for a while."""
        if self.is_packed:
            both = (key for key in self.keys if key[0] == LARGE_BLOBS and bytes([packed.BLOBS]) + key[1:] in self.keys)
        else:
            both = (key for key in self.keys if key[0] >= packed.STREAMS or key[0] == LARGE_BLOBS)
        for key in list(both):
            del self.keys[key]
        self.rows = {key[1:]: Row(entry) for key, entry in self.keys.items() if key[0] == 10}
        self.streams = packed.Streams(self.keys)
        for key in [key for key in self.keys if key[0] in (9, 12, packed.EVENTS) and not self.counts(key)]:
            del self.keys[key]

    def counts(self, key: bytes) -> bool:
        """Says whether the segment of an entry, or the stream of an event, has one of this number."""
        if key[0] == packed.EVENTS:
            return self.streams.counts(key)
        row = self.rows.get(key[1:17])
        return row is not None and int.from_bytes(key[17:], "big") <= row.has(key[0])

    def with_value(self, entry: Entry, counted: dict[int, int]) -> Entry:
        """Returns the entry with its value, wherever that stands, and counts its bytes by file."""
        if entry.kind != ELSEWHERE:
            return entry
        number, offset, length, checksum = struct.unpack("<QQII", entry.value)
        name = f"runs/{number:020}"
        if number not in self.others:
            self.others[number] = read_file(self.root, name)
        value = self.others[number][offset:offset + length]
        need(len(value) == length and crc32c(value) == checksum, name, offset, f"another value of the key {entry.key.hex()}")
        counted[number] = counted.get(number, 0) + length
        return Entry(entry.key, entry.version, VALUE, value)

    def put(self, entry: Entry) -> None:
        """Lays an entry over what older ones say."""
        if entry.kind == REMOVED:
            self.keys.pop(entry.key, None)
        else:
            self.keys[entry.key] = entry

    def problems(self) -> Iterator[str]:
        """Yields the keys of other keyspaces, and the rows of counts that differ from the keys."""
        are, says = {}, {}
        for key, entry in self.keys.items():
            if not key or key[0] not in KEYSPACES and key[0] != LARGE_BLOBS:
                yield f"the key {key.hex()} is of no table in runs"
            elif key[0] in (6, 7):
                row = key[:1] + (key[2:2 + key[1]] if key[0] == 7 and len(key) > 1 else b"")
                count, length = are.get(row, (0, 0))
                are[row] = count + 1, length + len(entry.value)
            elif key[0] == 11:
                cursor = Cursor(f"the row {key.hex()}", 0, entry.value)
                says[key[1:]] = cursor.number(), cursor.number()
                cursor.need(not cursor.left(), "something stands behind the two numbers")
        for row in sorted(row for row in are.keys() | says.keys() if are.get(row) != says.get(row)):
            yield f"counts: the row {row.hex()} says {says.get(row)}, the keys {are.get(row)}"
        yield from self.problems_of_segments()
        yield from self.streams.problems()
        yield from packed.problems_of_blobs(self.keys)

    def problems_of_segments(self) -> Iterator[str]:
        """Yields what other tables say of segments and sessions and the rows do not, and the other way round."""
        due, latest = set(), {}
        for segment, row in self.rows.items():
            due |= {bytes([space]) + segment + nth.to_bytes(8, "big") for space in (9, 12) for nth in range(1, row.has(space) + 1)}
            due.add(b"\x0e" + row.session + segment)
            latest[row.session] = max(latest.get(row.session, 0), row.lsn)
        for session, lsn in latest.items():
            says = self.keys.get(b"\x08" + session)
            if says is None or says.value != lsn.to_bytes(8, "big"):
                yield f"the session {session.hex()} was last written to by {lsn}, and does not say so"
            due |= {b"\x08" + session, b"\x0d" + (2**64 - 1 - lsn).to_bytes(8, "big") + session}
        are = {key for key in self.keys if key[0] in (8, 9, 12, 13, 14)}
        for key in sorted(are ^ due):
            yield f"the key {key.hex()} is {'missing' if key in due else 'there'}, by the rows of segments"


def line(store: Store, entry: Entry) -> str:
    """Returns an entry as JSON; with its kind, and the value's bytes as they stand, where the key has not just this value."""
    space, name = entry.key[0] if entry.key else 0, entry.key[1:]
    fields = {"keyspace": KEYSPACES.get(space, "blobs" if space == LARGE_BLOBS else "none"), "name": name.hex()}
    fields |= {"value": entry.value.hex(), "version": entry.version} | ({"kind": entry.kind} if entry.kind != VALUE else {})
    if space == packed.STREAMS:
        fields |= {"count": store.streams.rows[name].count, "last_seq": store.streams.rows[name].last_seq}
    elif space == packed.EVENTS:
        stream, number = packed.split(entry.key)
        fields |= {"name": stream.hex(), "number": number}
    return json.dumps(fields) + "\n"


def main(arguments: list[str]) -> int:
    checking = arguments[:1] == ["--check"]
    if len(arguments) != 1 + checking:
        sys.exit(__doc__)
    try:
        store = Store(arguments[-1])
        problems = list(store.problems()) if checking else []
    except (Damage, OSError) as error:
        sys.exit(str(error))
    sys.stderr.writelines(problem + "\n" for problem in problems)
    if checking:
        counts = {"runs": store.runs, "files": store.files, "cut": store.cut, "kept": len(store.kept), "keys": len(store.keys)}
        counts |= {"streams": len(store.streams.rows), "events": sum(map(len, store.streams.events.values()))}
        print(json.dumps(counts | {"problems": len(problems)}))
    else:
        sys.stdout.writelines(line(store, store.keys[key]) for key in sorted(store.keys))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
