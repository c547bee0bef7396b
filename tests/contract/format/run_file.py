"""The files of runs, from docs/format.md alone. Every byte of one is checked against the name that the manifest gives it."""

import os
import struct
from typing import Iterator

from journal import ELSEWHERE, EXPIRING, KEY_MAX, LIMIT, VALUE, Entry, Named, crc32c, need

DATA, INDEX, TOP = 1, 2, 3
BLOCK_MAX = (16 << 20) + (64 << 10) + 256


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
