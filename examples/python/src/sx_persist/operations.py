# Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
"""A method for each function of `wit/`, which says more of each: its shape, its cost and its errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from wasmtime.component import Record, Variant

from . import answered, given
from .gathered import Gathered
from .given import Absent, Data
from .sx import Value, loads
from .writer import writer


@dataclass(frozen=True)
class Damage:
    """Damage in a file of the store."""

    file: str
    line: int | None
    offset: int
    reason: str


@dataclass(frozen=True)
class Entry:
    """A key and its value."""

    key: str
    value: Any


@dataclass(frozen=True)
class EntryPage:
    """Some entries of a table."""

    entries: list[Entry]
    through: str
    done: bool


@dataclass(frozen=True)
class Finding:
    """Something that `verify` found, or `repair` dealt with."""

    damage: Damage
    set_aside: str | None


@dataclass(frozen=True)
class KeyPage:
    """Some keys of a table of bytes."""

    keys: list[bytes]
    through: str
    done: bool


@dataclass(frozen=True)
class LastEntries:
    """The last entries of a segment."""

    index: int
    lines: list[Any]
    through: str


@dataclass(frozen=True)
class LinePage:
    """Some events of a stream, or some entries of a segment."""

    lines: list[Any]
    through: str
    done: bool


@dataclass(frozen=True)
class MapEntry:
    """A value of a table of bytes, and its version."""

    value: bytes
    version: int


@dataclass(frozen=True)
class MapItem:
    """A key of a table of bytes, its value and that one's version."""

    key: bytes
    value: bytes
    version: int


@dataclass(frozen=True)
class MapPage:
    """Some keys of a table of bytes, with their values."""

    items: list[MapItem]
    through: str
    done: bool


@dataclass(frozen=True)
class MapPair:
    """A key of a table of bytes, and the value that it gets."""

    key: Data
    value: Data


@dataclass(frozen=True)
class MapRange:
    """Which keys of a table of bytes: those that all of these name."""

    prefix: Data = b""
    start: Data | None = None
    end: Data | None = None


@dataclass(frozen=True)
class NamePage:
    """Some names: keys of snapshots, addresses of blobs, hashes of objects, sessions or segments."""

    names: list[str]
    through: str
    done: bool


@dataclass(frozen=True)
class ObjectStats:
    """Numbers about objects."""

    objects: int
    bytes: int
    reads: int
    writes: int
    hits: int
    misses: int


@dataclass(frozen=True)
class After:
    """The case `after` of `Position`."""

    place: int


@dataclass(frozen=True)
class Cursor:
    """The case `cursor` of `Position`."""

    place: str


@dataclass(frozen=True)
class RefEntry:
    """A ref and the hash that it points to."""

    name: str
    hash: str


@dataclass(frozen=True)
class RefPage:
    """Some refs."""

    refs: list[RefEntry]
    through: str
    done: bool


@dataclass(frozen=True)
class Report:
    """What a walk through the whole store found."""

    logs: int
    events: int
    entries: int
    blobs: int
    bytes: int
    foreign: int
    damaged: int
    findings: list[Finding]


@dataclass(frozen=True)
class SegmentDescription:
    """What is known of a segment."""

    entries: int
    trace_entries: int
    lsn: int
    meta: Any


@dataclass(frozen=True)
class Usage:
    """How much of the store is whose."""

    name: str
    items: int
    value_bytes: int
    disk_bytes: int
    garbage_bytes: int


@dataclass(frozen=True)
class UsagePage:
    """Some of them."""

    items: list[Usage]
    through: str
    done: bool


ExpectSeq: TypeAlias = Literal["any"] | int
"""What a write expects of the last-seq of a stream, or of the number of entries of a segment."""

Position: TypeAlias = Literal["start", "end"] | After | Cursor
"""A place in a stream or in a segment, between two events or entries."""

Direction: TypeAlias = Literal["forward", "backward"]
"""Which way a list is read."""

Expect: TypeAlias = Literal["any", "absent"] | int
"""What a write expects of a key of a table of bytes."""

Durability: TypeAlias = Literal["always", "relaxed"]
"""When a write is durable."""

Layout: TypeAlias = Literal["plain", "packed"]
"""Where a root keeps streams, keys and blobs."""

UsageBy: TypeAlias = Literal["keyspaces", "streams", "tables", "sessions"]
"""What `admin.usage` tells of, one by one."""


def _take_expect_seq(name: str, native: Any) -> Any:
    if isinstance(native, str):
        given.word(name, native, "any")
        return None
    return given.number(name, native)


def _take_position(name: str, native: Any) -> Any:
    if isinstance(native, After):
        return Variant("after", given.number(name, native.place))
    if isinstance(native, Cursor):
        return Variant("cursor", given.text(name, native.place))
    given.word(name, native, "start", "end")
    return Variant(native)


def _take_direction(name: str, native: Any) -> Any:
    return given.word(name, native, "forward", "backward")


def _take_expect(name: str, native: Any) -> Any:
    if isinstance(native, str):
        given.word(name, native, "any", "absent")
        return Variant(native)
    return Variant("version", given.number(name, native))


def _take_map_pair(name: str, native: Any) -> Any:
    if not isinstance(native, MapPair):
        raise given.no(name, native, "MapPair")
    record: Any = Record()
    record.key = given.data(f"{name}.key", native.key)
    record.value = given.data(f"{name}.value", native.value)
    return record


def _take_map_range(name: str, native: Any) -> Any:
    if not isinstance(native, MapRange):
        raise given.no(name, native, "MapRange")
    record: Any = Record()
    record.prefix = given.data(f"{name}.prefix", native.prefix)
    record.start = given.optional(given.data)(f"{name}.start", native.start)
    record.end = given.optional(given.data)(f"{name}.end", native.end)
    return record


def _take_durability(name: str, native: Any) -> Any:
    return given.word(name, native, "always", "relaxed")


def _take_layout(name: str, native: Any) -> Any:
    return given.word(name, native, "plain", "packed")


def _take_usage_by(name: str, native: Any) -> Any:
    return given.word(name, native, "keyspaces", "streams", "tables", "sessions")


def _put_line_page(record: Any) -> LinePage:
    return LinePage(lines=answered.lines(record.lines), through=record.through, done=record.done)


def _put_entry_page(record: Any) -> EntryPage:
    return EntryPage(entries=answered.items(_put_entry)(record.entries), through=record.through, done=record.done)


def _put_entry(record: Any) -> Entry:
    return Entry(key=record.key, value=loads(record.value))


def _put_name_page(record: Any) -> NamePage:
    return NamePage(names=answered.items(str)(record.names), through=record.through, done=record.done)


def _put_ref_page(record: Any) -> RefPage:
    return RefPage(refs=answered.items(_put_ref_entry)(record.refs), through=record.through, done=record.done)


def _put_ref_entry(record: Any) -> RefEntry:
    return RefEntry(name=record.name, hash=record.hash)


def _put_map_entry(record: Any) -> MapEntry:
    return MapEntry(value=record.value, version=record.version)


def _put_key_page(record: Any) -> KeyPage:
    return KeyPage(keys=answered.items(bytes)(record.keys), through=record.through, done=record.done)


def _put_map_page(record: Any) -> MapPage:
    return MapPage(items=answered.items(_put_map_item)(record.items), through=record.through, done=record.done)


def _put_map_item(record: Any) -> MapItem:
    return MapItem(key=record.key, value=record.value, version=record.version)


def _put_object_stats(record: Any) -> ObjectStats:
    return ObjectStats(
        objects=record.objects,
        bytes=record.bytes,
        reads=record.reads,
        writes=record.writes,
        hits=record.hits,
        misses=record.misses,
    )


def _put_last_entries(record: Any) -> LastEntries:
    return LastEntries(index=record.index, lines=answered.lines(record.lines), through=record.through)


def _put_segment_description(record: Any) -> SegmentDescription:
    return SegmentDescription(
        entries=record.entries,
        trace_entries=getattr(record, "trace-entries"),
        lsn=record.lsn,
        meta=answered.optional_value(record.meta),
    )


def _put_report(record: Any) -> Report:
    return Report(
        logs=record.logs,
        events=record.events,
        entries=record.entries,
        blobs=record.blobs,
        bytes=record.bytes,
        foreign=record.foreign,
        damaged=record.damaged,
        findings=answered.items(_put_finding)(record.findings),
    )


def _put_finding(record: Any) -> Finding:
    return Finding(damage=_put_damage(record.damage), set_aside=getattr(record, "set-aside"))


def _put_damage(record: Any) -> Damage:
    return Damage(file=record.file, line=record.line, offset=record.offset, reason=record.reason)


def _put_usage_page(record: Any) -> UsagePage:
    return UsagePage(items=answered.items(_put_usage)(record.items), through=record.through, done=record.done)


def _put_usage(record: Any) -> Usage:
    return Usage(
        name=record.name,
        items=record.items,
        value_bytes=getattr(record, "value-bytes"),
        disk_bytes=getattr(record, "disk-bytes"),
        garbage_bytes=getattr(record, "garbage-bytes"),
    )


OPERATIONS: dict[str, Gathered] = {
    "append": Gathered("number", int, ("stream", given.text), ("event", given.value)),
    "append-expecting": Gathered(
        "number",
        int,
        ("stream", given.text),
        ("expected", given.number),
        ("events", given.items(given.value)),
    ),
    "record-event": Gathered(
        "text",
        loads,
        ("stream", given.text),
        ("kind", given.text),
        ("at", given.signed),
        ("data", given.value),
        ("expected", _take_expect_seq),
    ),
    "truncate": Gathered("number", int, ("stream", given.text), ("upto", given.number)),
    "kv-put": Gathered(None, None, ("key", given.text), ("value", given.value)),
    "kv-delete": Gathered("flag", bool, ("key", given.text)),
    "kv-swap": Gathered(
        "flag",
        bool,
        ("key", given.text),
        ("expected", given.optional_value),
        ("replacement", given.optional_value),
    ),
    "blob-put": Gathered("text", str, ("data", given.data)),
    "blob-delete": Gathered("flag", bool, ("cid", given.text)),
    "blob-finish": Gathered("text", str, ("writer", writer)),
    "ref-set": Gathered(None, None, ("name", given.text), ("hash", given.text)),
    "ref-test-and-set": Gathered(
        "flag",
        bool,
        ("name", given.text),
        ("test", given.optional(given.text)),
        ("set", given.optional(given.text)),
    ),
    "ref-delete": Gathered("flag", bool, ("name", given.text)),
    "snapshot-persist": Gathered(None, None, ("key", given.text), ("blob", given.data)),
    "snapshot-persist-marker": Gathered(None, None, ("key", given.text)),
    "snapshot-delete-marker": Gathered("flag", bool, ("key", given.text)),
    "object-write": Gathered(None, None, ("hash", given.text), ("data", given.data)),
    "object-delete": Gathered("flag", bool, ("hash", given.text)),
    "session-create-segment": Gathered(
        None,
        None,
        ("session", given.text),
        ("segment", given.text),
        ("entries", given.items(given.value)),
    ),
    "session-append": Gathered("number", int, ("session", given.text), ("segment", given.text), ("entry", given.value)),
    "session-append-expecting": Gathered(
        "number",
        int,
        ("session", given.text),
        ("segment", given.text),
        ("expected", given.number),
        ("entries", given.items(given.value)),
    ),
    "session-truncate": Gathered(
        "number",
        int,
        ("session", given.text),
        ("segment", given.text),
        ("entries", given.number),
        ("expected", _take_expect_seq),
    ),
    "session-delete-segment": Gathered("flag", bool, ("session", given.text), ("segment", given.text)),
    "session-append-trace": Gathered("number", int, ("session", given.text), ("segment", given.text), ("entry", given.value)),
    "session-fork": Gathered(
        "number",
        int,
        ("session", given.text),
        ("segment", given.text),
        ("entries", given.optional(given.number)),
        ("into_session", given.text),
        ("into_segment", given.text),
    ),
    "session-set-meta": Gathered(None, None, ("session", given.text), ("segment", given.text), ("meta", given.optional_value)),
    "map-put": Gathered("number", int, ("table", given.text), ("key", given.data), ("value", given.data)),
    "map-put-new": Gathered("number", int, ("table", given.text), ("key", given.data), ("value", given.data)),
    "map-swap": Gathered(
        "number",
        int,
        ("table", given.text),
        ("key", given.data),
        ("expected", _take_expect),
        ("value", given.data),
    ),
    "map-delete": Gathered("flag", bool, ("table", given.text), ("key", given.data), ("expected", _take_expect)),
    "map-increment": Gathered("number", int, ("table", given.text), ("key", given.data), ("delta", given.signed)),
    "map-drop-table": Gathered("number", int, ("table", given.text)),
    "check-last-seq": Gathered(None, None, ("stream", given.text), ("last_seq", given.number)),
    "check-count": Gathered(None, None, ("stream", given.text), ("count", given.number)),
    "check-key": Gathered(None, None, ("key", given.text), ("value", given.optional_value)),
    "check-ref": Gathered(None, None, ("name", given.text), ("hash", given.optional(given.text))),
    "check-map": Gathered(None, None, ("table", given.text), ("key", given.data), ("expected", _take_expect)),
    "check-segment": Gathered(None, None, ("session", given.text), ("segment", given.text), ("entries", given.number)),
}
"""The operations of a transaction."""

QUESTIONS: dict[str, Gathered] = {
    "kv-get": Gathered("text", answered.optional_value, ("key", given.text)),
    "map-get": Gathered("entry", answered.optional(_put_map_entry), ("table", given.text), ("key", given.data)),
    "ref-get": Gathered("text", answered.optional(str), ("name", given.text)),
    "last-seq": Gathered("number", int, ("stream", given.text)),
    "count": Gathered("number", int, ("stream", given.text)),
    "segment": Gathered("number", int, ("session", given.text), ("segment", given.text)),
}
"""The questions of reads."""


class Operations(ABC):
    """The functions of `wit/`, with what is native to Python on both sides. What is of the wrong type reaches no component."""

    @abstractmethod
    def _ask(self, interface: str, function: str, *arguments: Any) -> Any:
        """Calls a function that neither writes nor syncs."""

    @abstractmethod
    def _tell(self, interface: str, function: str, *arguments: Any) -> Any:
        """Calls any other."""

    # Persist.

    def append(self, stream: str, event: Value) -> int:
        """Appends one event to a stream."""
        return int(self._tell("persist", "append", given.text("stream", stream), given.value("event", event)))

    def read(self, stream: str) -> list[Any]:
        """Reads all events of a stream."""
        return answered.items(loads)(self._ask("persist", "read", given.text("stream", stream)))

    def last_seq(self, stream: str) -> int:
        """Returns the highest seq ever appended to a stream."""
        return int(self._ask("persist", "last-seq", given.text("stream", stream)))

    def streams(self) -> list[str]:
        """Returns the names of all streams that ever had an append."""
        return answered.items(str)(self._ask("persist", "streams"))

    def truncate(self, stream: str, upto: int) -> int:
        """Drops the events with a seq up to and including a given one."""
        return int(self._tell("persist", "truncate", given.text("stream", stream), given.number("upto", upto)))

    def kv_get(self, key: str, default: Any = None) -> Any:
        """The value of a key. `default` where it is absent."""
        text = self._ask("persist", "kv-get", given.text("key", key))
        return default if text is None else loads(text)

    def kv_put(self, key: str, value: Value) -> None:
        """Sets the value of a key."""
        self._tell("persist", "kv-put", given.text("key", key), given.value("value", value))

    def kv_delete(self, key: str) -> bool:
        """Removes a key."""
        return bool(self._tell("persist", "kv-delete", given.text("key", key)))

    def kv_has(self, key: str) -> bool:
        """Returns `true` if a key is there."""
        return bool(self._ask("persist", "kv-has", given.text("key", key)))

    def kv_keys(self) -> list[str]:
        """All keys."""
        return answered.items(str)(self._ask("persist", "kv-keys"))

    def append_expecting(self, stream: str, expected: int, events: Iterable[Value]) -> int:
        """Appends events when the stream is where the caller thinks that it is."""
        return int(self._tell(
            "persist",
            "append-expecting",
            given.text("stream", stream),
            given.number("expected", expected),
            given.items(given.value)("events", events),
        ))

    def record_event(self, stream: str, kind: str, at: int, data: Value, expected: ExpectSeq = "any") -> Any:
        """Builds an event and appends it."""
        return loads(self._tell(
            "persist",
            "record-event",
            given.text("stream", stream),
            given.text("kind", kind),
            given.signed("at", at),
            given.value("data", data),
            _take_expect_seq("expected", expected),
        ))

    def kv_swap(self, key: str, expected: Value | Absent, replacement: Value | Absent) -> bool:
        """Replaces the value of a key when it is what the caller thinks that it is."""
        return bool(self._tell(
            "persist",
            "kv-swap",
            given.text("key", key),
            given.optional_value("expected", expected),
            given.optional_value("replacement", replacement),
        ))

    def read_page(self, stream: str, at: Position = "start", limit: int = 65_536, direction: Direction = "forward") -> LinePage:
        """Reads some events of a stream."""
        return _put_line_page(self._ask(
            "persist",
            "read-page",
            given.text("stream", stream),
            _take_position("at", at),
            given.small("limit", limit),
            _take_direction("direction", direction),
        ))

    def count(self, stream: str) -> int:
        """How many events a stream holds."""
        return int(self._ask("persist", "count", given.text("stream", stream)))

    def kv_list(self, prefix: str = "", after: str | None = None, limit: int = 65_536) -> EntryPage:
        """Reads some keys and their values."""
        return _put_entry_page(self._ask(
            "persist",
            "kv-list",
            given.text("prefix", prefix),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    def list_streams(self, prefix: str = "", after: str | None = None, limit: int = 65_536) -> NamePage:
        """Some of the streams that ever had an append."""
        return _put_name_page(self._ask(
            "persist",
            "list-streams",
            given.text("prefix", prefix),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    # Blob.

    def blob_put(self, data: Data) -> str:
        """Stores bytes."""
        return str(self._tell("blob", "put", given.data("data", data)))

    def blob_get(self, cid: str) -> bytes | None:
        """The bytes of an address."""
        return answered.optional(bytes)(self._ask("blob", "get", given.text("cid", cid)))

    def blob_has(self, cid: str) -> bool:
        """Is a blob there? Its bytes are not checked."""
        return bool(self._ask("blob", "has", given.text("cid", cid)))

    def blob_size(self, cid: str) -> int | None:
        """The size of a blob, in bytes; none when it is absent. Its bytes are not checked."""
        return answered.optional(int)(self._ask("blob", "size", given.text("cid", cid)))

    def blob_read_at(self, cid: str, offset: int, length: int) -> bytes | None:
        """Some bytes of a blob, unchecked: `admin.verify` checks all."""
        return answered.optional(bytes)(self._ask(
            "blob",
            "read-at",
            given.text("cid", cid),
            given.number("offset", offset),
            given.small("length", length),
        ))

    def blob_delete(self, cid: str) -> bool:
        """Removes a blob."""
        return bool(self._tell("blob", "delete", given.text("cid", cid)))

    def blob_list(self, after: str | None = None, limit: int = 65_536) -> NamePage:
        """Some addresses, in the order of their text."""
        return _put_name_page(self._ask(
            "blob",
            "list",
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    # Refs.

    def ref_get(self, name: str) -> str | None:
        """The hash that a ref points to."""
        return answered.optional(str)(self._ask("refs", "get", given.text("name", name)))

    def ref_set(self, name: str, hash: str) -> None:
        """Points a ref to a hash, whatever it pointed to before."""
        self._tell("refs", "set", given.text("name", name), given.text("hash", hash))

    def ref_test_and_set(self, name: str, test: str | None, set: str | None) -> bool:
        """Points a ref to a hash when it points to where the caller thinks that it does."""
        return bool(self._tell(
            "refs",
            "test-and-set",
            given.text("name", name),
            given.optional(given.text)("test", test),
            given.optional(given.text)("set", set),
        ))

    def ref_delete(self, name: str) -> bool:
        """Removes a ref."""
        return bool(self._tell("refs", "delete", given.text("name", name)))

    def ref_list(self, prefix: str = "", after: str | None = None, limit: int = 65_536) -> RefPage:
        """Reads some refs."""
        return _put_ref_page(self._ask(
            "refs",
            "list",
            given.text("prefix", prefix),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    # Maps.

    def map_get(self, table: str, key: Data) -> MapEntry | None:
        """The value of a key and its version."""
        return answered.optional(_put_map_entry)(self._ask("maps", "get", given.text("table", table), given.data("key", key)))

    def map_get_many(self, table: str, keys: Iterable[Data]) -> list[MapEntry | None]:
        """The values of several keys, as they are at one moment."""
        return answered.items(answered.optional(_put_map_entry))(self._ask(
            "maps",
            "get-many",
            given.text("table", table),
            given.items(given.data)("keys", keys),
        ))

    def map_has(self, table: str, key: Data) -> bool:
        """Returns `true` if a key is there."""
        return bool(self._ask("maps", "has", given.text("table", table), given.data("key", key)))

    def map_put(self, table: str, key: Data, value: Data) -> int:
        """Sets the value of a key, whatever it was before. Returns the version."""
        return int(self._tell("maps", "put", given.text("table", table), given.data("key", key), given.data("value", value)))

    def map_put_new(self, table: str, key: Data, value: Data) -> int:
        """Sets the value of a key that is not there. Returns the version."""
        return int(self._tell(
            "maps",
            "put-new",
            given.text("table", table),
            given.data("key", key),
            given.data("value", value),
        ))

    def map_swap(self, table: str, key: Data, expected: Expect, value: Data) -> int:
        """Sets the value of a key when it is what the caller expects. Returns the new version."""
        return int(self._tell(
            "maps",
            "swap",
            given.text("table", table),
            given.data("key", key),
            _take_expect("expected", expected),
            given.data("value", value),
        ))

    def map_delete(self, table: str, key: Data, expected: Expect = "any") -> bool:
        """Removes a key. Returns whether it was there."""
        return bool(self._tell(
            "maps",
            "delete",
            given.text("table", table),
            given.data("key", key),
            _take_expect("expected", expected),
        ))

    def map_increment(self, table: str, key: Data, delta: int) -> int:
        """Adds to an integer and returns the sum."""
        return int(self._tell(
            "maps",
            "increment",
            given.text("table", table),
            given.data("key", key),
            given.signed("delta", delta),
        ))

    def map_put_many(self, table: str, pairs: Iterable[MapPair]) -> int:
        """Sets several keys in one commit. Returns the version, which they share; 0 when there are none."""
        return int(self._tell("maps", "put-many", given.text("table", table), given.items(_take_map_pair)("pairs", pairs)))

    def map_delete_many(self, table: str, keys: Iterable[Data]) -> int:
        """Removes several keys in one commit. Returns how many were there."""
        return int(self._tell("maps", "delete-many", given.text("table", table), given.items(given.data)("keys", keys)))

    def map_list(
        self,
        table: str,
        range: MapRange = MapRange(),
        after: str | None = None,
        limit: int = 65_536,
        direction: Direction = "forward",
    ) -> KeyPage:
        """Some keys of a table, in the order of their bytes."""
        return _put_key_page(self._ask(
            "maps",
            "list",
            given.text("table", table),
            _take_map_range("range", range),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
            _take_direction("direction", direction),
        ))

    def map_scan(
        self,
        table: str,
        range: MapRange = MapRange(),
        after: str | None = None,
        limit: int = 65_536,
        direction: Direction = "forward",
    ) -> MapPage:
        """Some keys of a table and their values, in the order of the keys' bytes."""
        return _put_map_page(self._ask(
            "maps",
            "scan",
            given.text("table", table),
            _take_map_range("range", range),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
            _take_direction("direction", direction),
        ))

    def map_count(self, table: str) -> int:
        """How many keys a table has."""
        return int(self._ask("maps", "count", given.text("table", table)))

    def map_tables(self) -> list[str]:
        """The tables that have keys, sorted by bytes."""
        return answered.items(str)(self._ask("maps", "tables"))

    def map_drop_table(self, table: str) -> int:
        """Removes all keys of a table in one commit. Returns how many there were."""
        return int(self._tell("maps", "drop-table", given.text("table", table)))

    # Objects.

    def object_read(self, hash: str) -> bytes | None:
        """The bytes of an object."""
        return answered.optional(bytes)(self._ask("objects", "read", given.text("hash", hash)))

    def object_exists(self, hash: str) -> bool:
        """Returns `true` if an object is there."""
        return bool(self._ask("objects", "exists", given.text("hash", hash)))

    def object_write(self, hash: str, data: Data) -> None:
        """Stores bytes under a hash. Does nothing when it is there already."""
        self._tell("objects", "write", given.text("hash", hash), given.data("data", data))

    def object_write_batch(self, objects: Iterable[tuple[str, Data]]) -> None:
        """Stores several, all or nothing: one commit, one sync."""
        self._tell("objects", "write-batch", given.items(given.together(given.text, given.data))("objects", objects))

    def object_delete(self, hash: str) -> bool:
        """Removes an object."""
        return bool(self._tell("objects", "delete", given.text("hash", hash)))

    def object_list(self, after: str | None = None, limit: int = 65_536) -> NamePage:
        """Some hashes, in the order of their text."""
        return _put_name_page(self._ask(
            "objects",
            "list",
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    def object_stats(self) -> ObjectStats:
        """Numbers about the objects of the store and about this instance."""
        return _put_object_stats(self._ask("objects", "stats"))

    # Sessions.

    def session_create_segment(self, session: str, segment: str, entries: Iterable[Value]) -> None:
        """Makes a segment with these entries, in the place of the one that is there."""
        self._tell(
            "sessions",
            "create-segment",
            given.text("session", session),
            given.text("segment", segment),
            given.items(given.value)("entries", entries),
        )

    def session_append(self, session: str, segment: str, entry: Value) -> int:
        """Appends one entry, and makes the segment when it is missing."""
        return int(self._tell(
            "sessions",
            "append",
            given.text("session", session),
            given.text("segment", segment),
            given.value("entry", entry),
        ))

    def session_append_expecting(self, session: str, segment: str, expected: int, entries: Iterable[Value]) -> int:
        """Appends entries when the segment has as many as the caller thinks that it has."""
        return int(self._tell(
            "sessions",
            "append-expecting",
            given.text("session", session),
            given.text("segment", segment),
            given.number("expected", expected),
            given.items(given.value)("entries", entries),
        ))

    def session_read(self, session: str, segment: str) -> list[Any]:
        """Reads all entries of a segment."""
        return answered.items(loads)(self._ask(
            "sessions",
            "read",
            given.text("session", session),
            given.text("segment", segment),
        ))

    def session_read_page(
        self,
        session: str,
        segment: str,
        at: Position = "start",
        limit: int = 65_536,
        direction: Direction = "forward",
    ) -> LinePage:
        """Reads some entries of a segment."""
        return _put_line_page(self._ask(
            "sessions",
            "read-page",
            given.text("session", session),
            given.text("segment", segment),
            _take_position("at", at),
            given.small("limit", limit),
            _take_direction("direction", direction),
        ))

    def session_entry_count(self, session: str, segment: str) -> int:
        """How many entries a segment has."""
        return int(self._ask("sessions", "entry-count", given.text("session", session), given.text("segment", segment)))

    def session_exists(self, session: str, segment: str) -> bool:
        """Returns `true` if the segment is there, in this session."""
        return bool(self._ask("sessions", "exists", given.text("session", session), given.text("segment", segment)))

    def session_truncate(self, session: str, segment: str, entries: int, expected: ExpectSeq = "any") -> int:
        """Keeps the first entries of a segment and drops those behind them."""
        return int(self._tell(
            "sessions",
            "truncate",
            given.text("session", session),
            given.text("segment", segment),
            given.number("entries", entries),
            _take_expect_seq("expected", expected),
        ))

    def session_delete_segment(self, session: str, segment: str) -> bool:
        """Removes a segment, its trace and its meta."""
        return bool(self._tell("sessions", "delete-segment", given.text("session", session), given.text("segment", segment)))

    def session_list_sessions(self, after: str | None = None, limit: int = 65_536) -> NamePage:
        """Reads some sessions, the one that was last written to first."""
        return _put_name_page(self._ask(
            "sessions",
            "list-sessions",
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    def session_list_segments(self, session: str, after: str | None = None, limit: int = 65_536) -> NamePage:
        """Reads some segments of a session, the one that was last written to first."""
        return _put_name_page(self._ask(
            "sessions",
            "list-segments",
            given.text("session", session),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    def session_session_of(self, segment: str) -> str | None:
        """The session that a segment belongs to."""
        return answered.optional(str)(self._ask("sessions", "session-of", given.text("segment", segment)))

    def session_append_trace(self, session: str, segment: str, entry: Value) -> int:
        """Appends one entry to the trace of a segment, and makes the segment, without entries, when it is missing."""
        return int(self._tell(
            "sessions",
            "append-trace",
            given.text("session", session),
            given.text("segment", segment),
            given.value("entry", entry),
        ))

    def session_read_trace(
        self,
        session: str,
        segment: str,
        at: Position = "start",
        limit: int = 65_536,
        direction: Direction = "forward",
    ) -> LinePage:
        """Reads some entries of a segment's trace."""
        return _put_line_page(self._ask(
            "sessions",
            "read-trace",
            given.text("session", session),
            given.text("segment", segment),
            _take_position("at", at),
            given.small("limit", limit),
            _take_direction("direction", direction),
        ))

    def session_fork(self, session: str, segment: str, entries: int | None, into_session: str, into_segment: str) -> int:
        """Makes a segment of the first entries of another."""
        return int(self._tell(
            "sessions",
            "fork",
            given.text("session", session),
            given.text("segment", segment),
            given.optional(given.number)("entries", entries),
            given.text("into_session", into_session),
            given.text("into_segment", into_segment),
        ))

    def session_read_last(self, session: str, segment: str, limit: int = 65_536) -> LastEntries:
        """Reads the last entries of a segment, in the order in which they were appended."""
        return _put_last_entries(self._ask(
            "sessions",
            "read-last",
            given.text("session", session),
            given.text("segment", segment),
            given.small("limit", limit),
        ))

    def session_set_meta(self, session: str, segment: str, meta: Value | Absent) -> None:
        """Sets the meta of a segment: a title, a model, an owner."""
        self._tell(
            "sessions",
            "set-meta",
            given.text("session", session),
            given.text("segment", segment),
            given.optional_value("meta", meta),
        )

    def session_describe(self, session: str, segment: str) -> SegmentDescription:
        """What is known of a segment without reading its entries."""
        return _put_segment_description(self._ask(
            "sessions",
            "describe",
            given.text("session", session),
            given.text("segment", segment),
        ))

    # Snapshots.

    def snapshot_persist(self, key: str, blob: Data) -> None:
        """Keeps bytes under a key, whatever it held before."""
        self._tell("snapshots", "persist", given.text("key", key), given.data("blob", blob))

    def snapshot_persist_marker(self, key: str) -> None:
        """Notes a key."""
        self._tell("snapshots", "persist-marker", given.text("key", key))

    def snapshot_delete_marker(self, key: str) -> bool:
        """Removes a key and the bytes that it holds."""
        return bool(self._tell("snapshots", "delete-marker", given.text("key", key)))

    def snapshot_load(self, key: str) -> bytes | None:
        """The bytes of a key."""
        return answered.optional(bytes)(self._ask("snapshots", "load", given.text("key", key)))

    def snapshot_keys(self, prefix: str = "", after: str | None = None, limit: int = 65_536) -> NamePage:
        """Reads some keys."""
        return _put_name_page(self._ask(
            "snapshots",
            "keys",
            given.text("prefix", prefix),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))

    def snapshot_contains(self, key: str) -> bool:
        """Returns `true` if a key is there, be it only noted."""
        return bool(self._ask("snapshots", "contains", given.text("key", key)))

    # Dispatch.

    def handle_op(self, op: str, args: str) -> str | None:
        """Performs one operation of an SX program."""
        return answered.optional(str)(self._tell("dispatch", "handle-op", given.text("op", op), given.text("args", args)))

    def handle_op_bytes(self, op: str, args: Data) -> bytes | None:
        """`handle-op` for bytes: blobs and values that are not UTF-8 pass."""
        return answered.optional(bytes)(self._tell(
            "dispatch",
            "handle-op-bytes",
            given.text("op", op),
            given.data("args", args),
        ))

    # Admin.

    def set_durability(self, level: Durability) -> None:
        """Sets when writes are durable. `always` flushes first."""
        self._tell("admin", "set-durability", _take_durability("level", level))

    def flush(self) -> None:
        """Makes everything answered so far durable."""
        self._tell("admin", "flush")

    def checkpoint(self) -> None:
        """Makes everything answered so far durable and writes it into the base files, where other programs can read it."""
        self._tell("admin", "checkpoint")

    def checkpoint_step(self) -> bool:
        """Makes everything acknowledged so far durable and does a part of a checkpoint; where nothing is left of one, of a
        merge of runs. Commits about anything but streams, keys and blobs may stay where they are, in a short journal:
        `checkpoint` takes those, too. Returns whether there is more of what it did a part of: other calls may come before
        that, and until a checkpoint that was begun is done each write does a part of it, too. An instance that has written
        nothing merges nothing.
        """
        return bool(self._tell("admin", "checkpoint-step"))

    def verify(self) -> Report:
        """Reads everything and changes nothing."""
        return _put_report(self._ask("admin", "verify"))

    def verify_part(self, part: int, parts: int) -> Report:
        """Reads a part of everything, one of so many, and changes nothing. All parts together find what `verify` does, where
        nobody writes meanwhile, and each thing is counted in one of them.
        """
        return _put_report(self._ask("admin", "verify-part", given.small("part", part), given.small("parts", parts)))

    def repair(self) -> Report:
        """Copies every damaged piece to `quarantine/`, synced, and then takes it out of the store. Deletes nothing else. Bytes
        of the original store that are no UTF-8 are no damage.
        """
        return _put_report(self._tell("admin", "repair"))

    def stats(self) -> dict[str, int]:
        """Named numbers about the store and this instance."""
        return answered.counters(self._ask("admin", "stats"))

    def convert_step(self, to: Layout) -> int:
        """Does a part of what makes the root one of this layout. Returns about how many streams, keys and blobs are left to be
        copied or removed, at least 1 while anything is; 0 when it is done. Until the last of the copies the root is of the
        layout that it was.
        """
        return int(self._tell("admin", "convert-step", _take_layout("to", to)))

    def compact_step(self) -> int:
        """Does a part of what makes one run of all, without what was overwritten, removed or truncated. Returns about how many
        bytes are left to be read, at least 1 while anything is; 0 when it is done. Runs do so by themselves, when half of
        what they hold is garbage. The first part is a checkpoint; what is written meanwhile is left to the next time.
        """
        return int(self._tell("admin", "compact-step"))

    def usage(self, by: UsageBy, after: str | None = None, limit: int = 65_536) -> UsagePage:
        """How much of the store is whose: of each keyspace, or of each stream, table or session, in the order of their names."""
        return _put_usage_page(self._ask(
            "admin",
            "usage",
            _take_usage_by("by", by),
            given.optional(given.text)("after", after),
            given.small("limit", limit),
        ))
