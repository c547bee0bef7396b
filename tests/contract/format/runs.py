"""Reads the tables that a store keeps in sorted runs, from docs/format.md alone.

    python3 runs.py ROOT            prints each key as a line of JSON
    python3 runs.py --check ROOT    compares the counts with the keys as well, and prints a summary

Both check every byte of the files of runs. The store has to be closed: nothing here looks for a writer that goes on meanwhile.
"""

import json
import os
import re
import stat
import struct
import sys
from collections import namedtuple
from typing import Iterator

KEYSPACES = {
    4: "refs", 5: "snapshots", 6: "objects", 7: "maps", 8: "sessions", 9: "traces", 10: "segments", 11: "counts", 12: "entries",
    13: "recent", 14: "members", 15: "metas",
}
REMOVED, VALUE, ELSEWHERE, EXPIRING = range(4)
DATA, INDEX, TOP = 1, 2, 3
LIMIT, SEQ_LIMIT, KEY_MAX = 1 << 62, 1 << 64, 1282
BLOCK_MAX = (16 << 20) + (64 << 10) + 256
Entry = namedtuple("Entry", "key version kind value")
Run = namedtuple("Run", "files values")  # what the manifest says of a run; values: bytes in other files, by number
Named = namedtuple("Named", "number length entries checksum first last lowest")  # a file of a run, in the manifest


class Damage(Exception):
    """Bytes that are not what the format says."""


def need(true: bool, file: str, offset: int, reason: str) -> None:
    if not true:
        raise Damage(f"{file}: offset {offset}: {reason}")


CRC_TABLE = list(range(256))
for _ in range(8):
    CRC_TABLE = [crc >> 1 ^ (0x82F63B78 if crc & 1 else 0) for crc in CRC_TABLE]


def crc32c(data: bytes) -> int:
    """Returns the CRC-32C (Castagnoli) of the data."""
    crc, table = 0xFFFFFFFF, CRC_TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def fold(a: int, b: int) -> int:
    return a * b >> 64 ^ a * b & 0xFFFFFFFFFFFFFFFF


def key_hash(key: bytes) -> int:
    """Returns the 64 bits by which filters know a key."""
    total = 0x243F6A8885A308D3 ^ len(key)
    for low, high in struct.iter_unpack("<QQ", key + bytes(16 - len(key) % 16)):
        total = fold(low ^ 0x13198A2E03707344, high ^ total)
    return fold(total ^ 0xA4093822299F31D0, 0x082EFA98EC4E6C89)


def filter_bits(key: bytes, lines: int) -> Iterator[tuple[int, int]]:
    """Yields the byte in the filter and the mask in it of each of the key's six bits."""
    hashed = key_hash(key)
    for i in range(6):
        bit = hashed >> 9 * i & 511
        yield 64 * ((hashed >> 32) * lines >> 32) + (bit >> 3), 1 << (bit & 7)


class Cursor:
    """Goes through a payload of the journal; offsets are those in the file."""

    def __init__(self, file: str, offset: int, data: bytes) -> None:
        self.file, self.offset, self.data, self.at = file, offset, data, 0

    def need(self, true: bool, reason: str) -> None:
        need(true, self.file, self.offset + self.at, reason)

    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, length: int) -> bytes:
        self.need(length <= self.left(), f"{length} bytes are due, {self.left()} are there")
        self.at += length
        return self.data[self.at - length:self.at]

    def number(self, limit: int = LIMIT) -> int:
        """Takes a varint, in as few bytes as hold it."""
        value, shift, byte = 0, 0, 128
        while byte >= 128:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            self.need((byte or not shift) and value < limit, "a number that is too long or too high")
            shift += 7
        return value

    def numbers(self) -> dict[int, int]:
        """Reads numbers that rise, each with bytes."""
        pairs = [(self.number(), self.number()) for _ in range(self.number())]
        rise = all(a < b for (a, _), (b, _) in zip(pairs, pairs[1:]))
        self.need(rise and all(count > 0 for _, count in pairs), "numbers that do not rise, or that have no bytes")
        return dict(pairs)

    def flag(self) -> bool:
        self.need(self.data[self.at:self.at + 1] in (b"\0", b"\1"), "a byte is neither 0 nor 1")
        return self.take(1) == b"\1"

    def text(self) -> bytes:
        return self.take(self.number())

    def place(self) -> bytes:
        """Takes a keyspace's byte and a name: the key of an entry, where the table is in runs."""
        keyspace = self.take(1)
        self.need(1 <= keyspace[0] <= 15, f"no keyspace {keyspace[0]}")
        return keyspace + self.text()

    def log_state(self) -> None:
        self.number(), self.number(SEQ_LIMIT), self.number(), self.flag(), self.number()


def read_file(root: str, name: str) -> bytes:
    """Returns what a regular file holds; anything else in its place is damage, and is not opened."""
    path = os.path.join(root, name)
    need(os.path.lexists(path), name, 0, "missing")
    need(stat.S_ISREG(os.lstat(path).st_mode), name, 0, "not a regular file")
    with open(path, "rb") as file:
        return file.read()


def highest_journal(root: str) -> str | None:
    """Returns the name of the highest journal that is not empty."""
    folder = os.path.join(root, "journal")
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else [], reverse=True):
        status = os.lstat(os.path.join(folder, name))
        if re.fullmatch("[0-9]{20}", name) and (status.st_size or not stat.S_ISREG(status.st_mode)):
            return f"journal/{name}"
    return None


def frame_at(data: bytes, offset: int, behind: int = 0) -> tuple[int, int, bytes] | None:
    """Returns the end, the lsn and the payload of the frame at an offset, if it is valid and its `synced` not below `behind`."""
    start = offset + 24
    if start > len(data):
        return None
    length, checksum, lsn, synced = struct.unpack_from("<IIQQ", data, offset)
    end = start + -(-length // 8) * 8
    if not length or end > len(data) or lsn >= LIMIT or synced < behind:
        return None
    covered = data[8:16] + data[offset:offset + 4] + data[offset + 8:start + length]
    return (end, lsn, data[start:start + length]) if crc32c(covered) == checksum else None


def read_journal(file: str, data: bytes) -> tuple[list[Run], dict[int, int], list[Entry]]:
    """Returns the runs that the manifest names, newest first, the lengths of kept files, and what the frames behind it put and remove."""
    need(len(data) >= 1024 and data.startswith(b"sxpjrnl"), file, 0, "not the header of a journal")
    version, number, lsn, _, checksum = struct.unpack_from("<7xBQQII", data)
    need(checksum == crc32c(data[:28]), file, 28, "the header has another checksum")
    need(version == 5, file, 7, f"written by format {version}, this program reads 5")
    need(number == int(file[-20:]) and max(number, lsn) < LIMIT, file, 8, f"journal {number}, lsn {lsn}")
    frame = frame_at(data, 1024)
    need(frame is not None and frame[1] == lsn, file, 1024, "the manifest is damaged, or its lsn is not the header's")
    copied, (runs, kept) = read_manifest(Cursor(file, 1048, frame[2]))
    changes, end = [], frame[0]
    while frame := frame_at(data, end):
        found, only_position = read_records(Cursor(file, end + 24, frame[2]), frame[1])
        lsn = lsn if only_position else lsn + 1
        need(frame[1] == lsn, file, end + 8, f"lsn {frame[1]} in the place of {lsn}")
        changes += found
        end = frame[0]
    need(lsn >= copied, file, end, f"the frame of lsn {lsn + 1} was copied, and is not valid")
    for offset in range(end, len(data), 8):
        need(frame_at(data, offset, lsn + 1) is None, file, end, f"no valid frame, and the one at {offset} says it was synced")
    return runs, kept, changes


def read_manifest(cursor: Cursor) -> tuple[int, tuple[list[Run], dict[int, int]]]:
    """Returns the lsn of the last frame that was copied, and the list of runs with the kept files."""
    cursor.need(cursor.number() == 16, "the first frame is no manifest")
    copied, next_number = cursor.number(), cursor.number()
    for _ in range(cursor.number()):  # pending
        cursor.place(), cursor.number()
    for _ in range(cursor.number()):  # marks
        cursor.place(), cursor.log_state()
    runs = read_runs(cursor, next_number)
    cursor.number(), cursor.number(), cursor.text()  # garbage, twice, and position
    cursor.need(not cursor.left(), "something stands behind the manifest")
    return copied, runs


def read_runs(cursor: Cursor, next_number: int) -> tuple[list[Run], dict[int, int]]:
    """Reads the list of runs, newest first, and the lengths of the files that are kept for values."""
    runs, inputs, numbers = [], [], []
    for _ in range(cursor.number()):
        inputs.append(cursor.number())
        values = cursor.numbers()
        files = [read_named(cursor) for _ in range(cursor.number())]
        cursor.need(len(files) > 0, "a run without files")
        cursor.need(all(a.last < b.first for a, b in zip(files, files[1:])), "the files of a run overlap")
        numbers += [file.number for file in files]
        runs.append(Run(files, values))
    kept, listed = cursor.numbers(), set(numbers)
    used = {number for run in runs for number in run.values}
    cursor.need(set(kept) == used - listed, "a file is kept for nothing, or has values and is not there")
    numbers += kept
    cursor.need(len(numbers) == len(set(numbers)), "a file is named twice")
    cursor.need(all(1 <= number < next_number for number in numbers), f"a file's number is 0, or not below {next_number}")
    for i, count in enumerate(inputs):
        merged = range(i + 1, i + 1 + count)
        cursor.need(merged.stop <= len(runs) and not any(inputs[j] for j in merged), f"the inputs of run {i}")
        above = all(file.lowest > runs[i].files[-1].last for j in merged for file in runs[j].files)
        cursor.need(above, f"an input reaches into run {i}")
    return runs, kept


def read_named(cursor: Cursor) -> Named:
    number, length, entries = cursor.number(), cursor.number(), cursor.number()
    checksum, flags = int.from_bytes(cursor.take(4), "little"), cursor.take(1)[0]
    cursor.need(flags < 4, f"flags of file {number}")
    is_cut = flags & 1
    first, last = cursor.text(), cursor.text()
    lowest = cursor.text() if is_cut else first
    fit = entries and first <= last and max(len(first), len(last), len(lowest) - 1) <= KEY_MAX
    cursor.need(fit and (not is_cut or first < lowest <= last), f"the keys or the entries of file {number}")
    return Named(number, length, entries, checksum, first, last, lowest)


def read_records(cursor: Cursor, lsn: int) -> tuple[list[Entry], bool]:
    """Returns what a commit does to tables in runs, and whether all that it has is a position."""
    changes, kinds = [], []
    while cursor.left():
        kind = cursor.number()
        kinds.append(kind)
        cursor.need(kind in (1, 2, 3, 4, 5, 6, 8, 17), f"no record has the kind {kind}")
        place = cursor.place() if kind != 17 else cursor.text()
        if kind in (1, 2, 3) and cursor.flag():
            cursor.log_state()
        if kind == 1:
            for _ in range(cursor.number()):
                cursor.number(SEQ_LIMIT), cursor.text()
        elif kind == 2:
            cursor.number(SEQ_LIMIT), cursor.number(), cursor.flag()
        elif kind == 8:
            cursor.number(SEQ_LIMIT)
        elif kind in (4, 5):
            entry = Entry(place, lsn, VALUE, cursor.text()) if kind == 4 else Entry(place, lsn, REMOVED, b"")
            changes += [entry] if place[0] in KEYSPACES else []
    return changes, kinds == [17]


class RunFile:
    """A file of a run; every byte of it is checked against the name that the manifest gives it."""

    def __init__(self, named: Named, data: bytes) -> None:
        self.named, self.data = named, data
        self.need = lambda true, offset, reason: need(true, f"runs/{named.number:020}", offset, reason)

    def entries(self) -> list[Entry]:
        """Returns all entries, also those below the lowest key that counts."""
        named, footer = self.named, len(self.data) - 64
        self.need(len(self.data) == named.length and footer >= 0, 0, f"{len(self.data)} bytes for {named.length}")
        magic, number, *says, top_at, length, crc, _, checksum = struct.unpack_from("<8sQQQQQIIII", self.data, footer)
        right = checksum == crc32c(self.data[footer:-4]) == named.checksum
        self.need(right and magic == b"sxprun\0\2", footer, "the footer has another checksum, or another magic")
        self.need((number, says[0]) == (named.number, named.entries), footer + 8, f"file {number}, {says[0]} entries")
        entries, data, indexes, ends = [], [], [], [(top_at, length), (footer, 64)]
        for keys_last, at, length, crc, filter_length, filter_crc in self.pointers(top_at, length, crc, TOP):
            keys = []
            for last, block_at, block_length, block_crc in self.pointers(at, length, crc, INDEX):
                keys += self.block(block_at, block_length, block_crc, DATA)
                self.need(keys[-1].key == last, at, f"the last key at {block_at} is not {last.hex()}")
                data.append((block_at, block_length))
            self.need(last == keys_last, top_at, f"the last key of the index at {at} is not {keys_last.hex()}")
            self.check_filter(at + length, filter_length, filter_crc, keys)
            indexes += [(at, length), (at + length, filter_length)]
            entries += keys
        place = 0
        for at, length in data + indexes + ends:
            self.need(at == place, at, f"what begins there has its place at {place}")
            place += length
        self.check_entries(footer, entries, tuple(says))
        return entries

    def pointers(self, offset: int, length: int, checksum: int, role: int) -> list[tuple]:
        """Returns the entries of an index block or the top index: the last key, and the fields of the value."""
        layout = "<QII" if role == INDEX else "<QIIII"
        return [(key, *struct.unpack(layout, value)) for key, _, _, value in self.block(offset, length, checksum, role)]

    def block(self, offset: int, length: int, checksum: int, role: int) -> list[Entry]:
        """Returns the entries of a block, after every check that needs no other block."""
        self.need(16 <= length <= BLOCK_MAX and offset + length <= len(self.data), offset, f"a block of {length} bytes")
        block = self.data[offset:offset + length]
        self.need(crc32c(block) == checksum, offset, "the block has another checksum")
        own, w, n, p, form, lowest = struct.unpack_from("<BBHHHQ", block)
        self.need(own == role and w <= 8 and n and not form, offset, f"role {own}, w {w}, n {n}, form {form}")
        at = 16 + p
        rests_at = at + (7 + w) * n
        self.need(rests_at <= length, offset, "the block ends within what it says of its entries")
        key_ends = struct.unpack_from(f"<{n}H", block, at)
        value_ends = struct.unpack_from(f"<{n}I", block, at + 2 * n)
        kinds = block[at + 6 * n:at + 7 * n]
        more = [int.from_bytes(block[at + 7 * n + w * i:at + 7 * n + w * (i + 1)], "little") for i in range(n)]
        values_at = rests_at + key_ends[-1]
        self.need(values_at + value_ends[-1] == length, offset, "the block does not end with its values")
        self.need(min(more) == 0 and w == (max(more).bit_length() + 7) // 8, offset, "w, or the lowest version")
        self.need(all(list(ends) == sorted(ends) for ends in (key_ends, value_ends)), offset, "ends do not rise")
        keys = [block[16:at] + block[rests_at + a:rests_at + b] for a, b in zip((0, *key_ends), key_ends)]
        values = [block[values_at + a:values_at + b] for a, b in zip((0, *value_ends), value_ends)]
        self.need(all(a < b for a, b in zip(keys, keys[1:])), offset, "the keys do not rise")
        self.need(len(os.path.commonprefix([keys[0], keys[-1]])) == p, offset, f"not {p} bytes begin all keys")
        entries = [Entry(*fields) for fields in zip(keys, (lowest + add for add in more), kinds, values)]
        for entry in entries:
            self.need(is_entry(entry, role), offset, f"an entry cannot be: {entry}")
        return entries

    def check_filter(self, offset: int, length: int, checksum: int, keys: list[Entry]) -> None:
        lines = max(1, -(-10 * len(keys) // 512))
        data = self.data[offset:offset + length]
        self.need(len(data) == length == 64 * lines, offset, f"a filter of {length} bytes for {len(keys)} keys")
        self.need(crc32c(data) == checksum, offset, "the filter has another checksum")
        for entry in keys:
            found = all(data[byte] & mask for byte, mask in filter_bits(entry.key, lines))
            self.need(found, offset, f"the filter does not know the key {entry.key.hex()}")

    def check_entries(self, footer: int, entries: list[Entry], says: tuple[int, ...]) -> None:
        """Compares the entries with each other, with the footer, and with the name of the file."""
        for before, entry in zip(entries, entries[1:]):
            self.need(entry.key > before.key, 0, f"the key {entry.key.hex()} does not rise")
        ends = entries[0].key, entries[-1].key
        self.need(ends == (self.named.first, self.named.last), 0, "first or last key, says the manifest")
        versions = [entry.version for entry in entries]
        are = len(entries), min(versions), max(versions)
        self.need(are == says, footer, f"entries and versions are {are}, the footer says {says}")


def is_entry(entry: Entry, role: int) -> bool:
    length = len(entry.value)
    if role != DATA:
        return entry.version == 0 and entry.kind == VALUE and length == (16 if role == INDEX else 24)
    fits = length == 0, True, length == 24, length >= 8
    return entry.kind <= EXPIRING and fits[entry.kind] and len(entry.key) <= KEY_MAX and entry.version < LIMIT


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
        need(layout is None or layout.startswith(b"sx-persist 5 plain\n"), "format", 0, f"another format: {layout!r}")
        file = highest_journal(root)
        need(layout is None or file is not None, "journal", 0, "no journal that is not empty")
        self.root, self.others = root, {}
        runs, self.kept, changes = read_journal(file, read_file(root, file)) if file else ([], {}, [])
        files = [file for run in runs for file in run.files]
        self.keys, self.runs, self.files = {}, len(runs), len(files)
        self.cut = sum(file.lowest != file.first for file in files)
        for run in reversed(runs):
            counted = {}
            for named in run.files:
                for entry in RunFile(named, read_file(root, f"runs/{named.number:020}")).entries():
                    if entry.key >= named.lowest:
                        self.put(self.with_value(entry, counted))
            for number, count in counted.items():
                need(run.values.get(number, 0) >= count, file, 1024, f"a run has {count} bytes in file {number}, and more than it says")
        for entry in changes:
            self.put(entry)
        self.rows = {key[1:]: Row(entry) for key, entry in self.keys.items() if key[0] == 10}
        for key in [key for key in self.keys if key[0] in (9, 12) and not self.counts(key)]:
            del self.keys[key]

    def counts(self, key: bytes) -> bool:
        """Says whether the segment of an entry has one of this number."""
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
            if not key or key[0] not in KEYSPACES:
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


def line(entry: Entry) -> str:
    """Returns an entry as JSON; with its kind, and the value's bytes as they stand, where the key has not just this value."""
    fields = {"keyspace": KEYSPACES.get(entry.key[0] if entry.key else 0, "none"), "name": entry.key[1:].hex()}
    fields |= {"value": entry.value.hex(), "version": entry.version} | ({"kind": entry.kind} if entry.kind != VALUE else {})
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
        print(json.dumps(counts | {"problems": len(problems)}))
    else:
        sys.stdout.writelines(map(line, sorted(store.keys.values())))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
