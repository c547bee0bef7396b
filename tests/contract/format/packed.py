"""Streams and blobs of a packed root, from docs/format.md alone: what rows say of events, and blobs that have files."""

import base64
import hashlib
import os
import re
from collections import defaultdict
from typing import Iterator

from journal import LARGE_BLOBS, VALUE, Cursor, Entry, need, read_file

STREAMS, EVENTS, KV, BLOBS = 16, 17, 18, 19
SMALL_MAX = 64 << 10
GUARDS = "streams", "kv"
CID_START = bytes([1, 0x55, 0x12, 32])  # version 1 of an address, of bytes, by a sha2-256 of 32 bytes
TOKEN = re.compile(r"""[^\s()\[\]{}"]*"(?:[^"\\]|\\.)*"|[^\s()\[\]{}"]*[(\[{]|[)\]}]|[^\s()\[\]{}"]+""", re.DOTALL)


class StreamRow:
    """What a stream has come to."""

    def __init__(self, entry: Entry) -> None:
        cursor = Cursor(f"the row {entry.key.hex()}", 0, entry.value)
        self.is_rising = cursor.flag()
        self.generation, self.first, self.last, self.count, _, self.last_seq = (cursor.number() for _ in range(6))
        cursor.need(not cursor.left(), "something stands behind the six numbers")
        places = self.last + 1 - self.first
        cursor.need(self.first > 0 and self.count <= places, f"{self.count} events between {self.first} and {self.last}")
        cursor.need(self.count == places or not self.is_rising, f"{self.count} events in {places} places that have one each")
        cursor.need(self.generation <= entry.version, f"outdated by {self.generation}, written by {entry.version}")


def split(key: bytes) -> tuple[bytes, int]:
    """Returns the stream of an event, and its number."""
    end = 3 + int.from_bytes(key[1:3], "big")
    need(len(key) == end + 8, f"the key {key.hex()}", 0, "no length, name and number")
    return key[3:end], int.from_bytes(key[end:], "big")


def seq_of(event: bytes) -> int:
    """Returns the seq of an event in canonical text: what stands behind `:seq` in the outermost braces."""
    depth, items = 0, []
    for token in TOKEN.findall(event.decode()):
        if token in ")]}":
            depth -= 1
            continue
        if depth == 1:
            items.append(token)
        depth += token[-1] in "([{"
    return int(dict(zip(items[::2], items[1::2]))[":seq"])


def blob_name(digest: bytes) -> str:
    """Returns the name of a blob's file: a `b`, and base32 in small letters."""
    return "b" + base64.b32encode(CID_START + digest).decode().rstrip("=").lower()


def large_blobs(root: str) -> Iterator[Entry]:
    """Yields the blobs that have files. Files of other names are foreign."""
    folder = os.path.join(root, "blobs")
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        data = read_file(root, f"blobs/{name}")
        digest = hashlib.sha256(data).digest()
        if re.fullmatch("bafkrei[a-z2-7]{52}", name):
            need(name == blob_name(digest), f"blobs/{name}", 0, "these bytes have another address")
            yield Entry(bytes([LARGE_BLOBS]) + digest, None, VALUE, data)


def check_guards(root: str) -> None:
    """Says that what stands in the place of a folder is empty. A conversion that goes on may have the folders still."""
    for name in GUARDS:
        path = os.path.join(root, name)
        if not os.path.isdir(path):
            need(os.path.lexists(path) and read_file(root, name) == b"", name, 0, "no guard")


class Streams:
    """The rows of all streams, and of the events those that count."""

    def __init__(self, keys: dict[bytes, Entry]) -> None:
        self.rows = {key[1:]: StreamRow(entry) for key, entry in keys.items() if key[0] == STREAMS}
        self.events = defaultdict(list)
        for key in sorted(key for key in keys if key[0] == EVENTS and self.counts(key)):
            stream, number = split(key)
            self.events[stream].append((number, keys[key].value))

    def counts(self, key: bytes) -> bool:
        stream, number = split(key)
        row = self.rows.get(stream)
        return row is not None and row.first <= number <= row.last

    def problems(self) -> Iterator[str]:
        for stream, row in self.rows.items():
            numbers = [number for number, _ in self.events[stream]]
            seqs = [seq_of(event) for _, event in self.events[stream]]
            name = f"the stream {stream.hex()}"
            if len(numbers) != row.count:
                yield f"{name} has {len(numbers)} events, and says {row.count}"
            if numbers and numbers[0] != row.first:
                yield f"{name} begins with the number {numbers[0]}, and says {row.first}"
            if row.is_rising and any(a > b for a, b in zip(seqs, seqs[1:])):
                yield f"{name} says that no seq descends: {seqs}"
            if max(seqs, default=0) > row.last_seq:
                yield f"{name} has the seq {max(seqs)}, and says {row.last_seq}"


def problems_of_blobs(keys: dict[bytes, Entry]) -> Iterator[str]:
    for key, entry in keys.items():
        if key[0] == BLOBS and (hashlib.sha256(entry.value).digest() != key[1:] or len(entry.value) > SMALL_MAX):
            yield f"the blob {key[1:].hex()} has other bytes, or is too long for runs"
