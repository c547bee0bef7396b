"""The journal of a store, from docs/format.md alone: its manifest, which names the runs, and what the frames put and remove."""

import os
import re
import stat
import struct
from collections import namedtuple

KEYSPACES = {
    4: "refs", 5: "snapshots", 6: "objects", 7: "maps", 8: "sessions", 9: "traces", 10: "segments", 11: "counts", 12: "entries",
    13: "recent", 14: "members", 15: "metas", 16: "streams", 17: "events", 18: "kv", 19: "blobs",
}
LARGE_BLOBS = 3  # the keyspace of blobs that have files
REMOVED, VALUE, ELSEWHERE, EXPIRING = range(4)
LIMIT, SEQ_LIMIT, KEY_MAX = 1 << 62, 1 << 64, 1282
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
        self.need(1 <= keyspace[0] <= 19, f"no keyspace {keyspace[0]}")
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
    """Returns what a commit does to tables in runs and to blobs, and whether all that it has is a position."""
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
            changes += [entry] if place[0] in KEYSPACES or place[0] == LARGE_BLOBS else []
    return changes, kinds == [17]
