"""The store: typed methods on the functions of wit/*.wit, whose comments say what each means and how it fails."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from wasmtime.component import Variant

from . import adopt
from .errors import PersistError
from .folder import Folder
from .guest import Guest
from .lock import RootLock

Op: TypeAlias = tuple[Any, ...]
"""An operation of `Store.commit`, or a question of `Store.moment`: the name of a method of wit/batch.wit, and its arguments."""

Outcome: TypeAlias = int | bool | str | None
"""What an operation answers: its number, flag or text; None when it is done, and answers nothing."""

_PAGE_EVENTS = 65_536
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True)
class Finding:
    """A piece of damage: where it is, and where `repair` has put it."""

    file: str
    line: int | None
    offset: int
    reason: str
    set_aside: str | None


@dataclass(frozen=True)
class Report:
    """What `verify` read, and what of it is damaged."""

    logs: int
    events: int
    entries: int
    blobs: int
    bytes: int
    foreign: int
    damaged: int
    findings: tuple[Finding, ...]


class Store:
    """A durable store over one directory. What a call answered survives a loss of power.

    Values and events are SX text (docs/semantics.md, V). Calls of several threads wait for one another.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        component: str | os.PathLike[str],
        *,
        read_only: bool = False,
        init: bool = False,
        memory_bytes_max: int = 512 << 20,
        timeout_seconds: float | None = None,
    ) -> None:
        """Opens `root` with the component in the file `component`; a root that is absent is made, with mode 0700.

        A store that is not `read_only` holds the lock of the root; `LockedError` says that another process has it. When somebody
        removes or replaces the file of the lock, whatever may write is refused with `closed` from then on. A directory that holds
        something else becomes a store with `init` only; `NotAStoreError` says what it holds. A call
        that takes longer than `timeout_seconds` ends with a `wasmtime.WasmtimeError`, and the store must be opened afresh.
        """
        path = Path(root)
        if not read_only:
            # Before the lock: nothing is left in a directory that is refused.
            if not init:
                adopt.check(path)
            # For its owner alone: the component makes files that others may read.
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = Folder(path)
        self._lock: RootLock | None = None
        try:
            if not read_only:
                self._lock = RootLock(self._folder)
            self._guest = Guest(
                Path(component),
                self._folder,
                self._lock,
                read_only=read_only,
                memory_bytes_max=memory_bytes_max,
                timeout_seconds=timeout_seconds,
            )
        except BaseException:
            self._release()
            raise

    def close(self) -> None:
        """Checkpoints, and gives the directory back."""
        try:
            if self._lock is not None:
                self.checkpoint()
        except PersistError as error:
            # A component that takes no writes, such as one behind `readonly`, has nothing to checkpoint.
            if error.variant != "read-only":
                raise
        finally:
            self._guest.close()
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            # What was answered is in the journal: the next open finds it.
            self._guest.close()
            self._release()

    # Streams.

    def append(self, stream: str, event: str) -> int:
        """Appends an event, a dict with a `:seq`; answers the stream's last seq."""
        return self._number("persist", "append", stream, event)

    def append_expecting(self, stream: str, expected: int, events: list[str]) -> int:
        """Appends all events, or none where the last seq is not `expected` (`stale`)."""
        return self._number("persist", "append-expecting", stream, _u64(expected), events)

    def read(self, stream: str) -> list[str]:
        """All events of a stream; `pages` is for those past 64 MiB."""
        return self._texts("persist", "read", stream)

    def pages(self, stream: str, after: int = 0) -> Iterator[list[str]]:
        """The events with a seq above `after`, a MiB or so at a time."""
        at = Variant("after", _u64(after))
        while True:
            page = self._guest.call("persist", "read-page", stream, at, _PAGE_EVENTS, "forward")
            if page.lines:
                # LF alone ends an event; `splitlines` would cut at U+2028 and seven others that stand in strings.
                yield page.lines.rstrip("\n").split("\n")
            if page.done:
                return
            at = Variant("cursor", page.through)

    def last_seq(self, stream: str) -> int:
        return self._number("persist", "last-seq", stream)

    def streams(self) -> list[str]:
        return self._texts("persist", "streams")

    def truncate(self, stream: str, upto: int) -> int:
        """Drops the events with a seq of at most `upto`; answers how many."""
        return self._number("persist", "truncate", stream, _u64(upto))

    # Keys.

    def kv_get(self, key: str) -> str | None:
        value: str | None = self._guest.call("persist", "kv-get", key)
        return value

    def kv_put(self, key: str, value: str) -> None:
        self._guest.call("persist", "kv-put", key, value)

    def kv_delete(self, key: str) -> bool:
        """Was it there?"""
        return self._truth("persist", "kv-delete", key)

    def kv_swap(self, key: str, expected: str | None, replacement: str | None) -> bool:
        """Replaces a value where it is `expected`; None is absent."""
        return self._truth("persist", "kv-swap", key, expected, replacement)

    def kv_keys(self) -> list[str]:
        return self._texts("persist", "kv-keys")

    # Blobs.

    def blob_put(self, data: bytes) -> str:
        """Stores bytes under their CID; `blob_write` is for large ones."""
        return self._text("blob", "put", data)

    def blob_get(self, cid: str) -> bytes | None:
        data: bytes | None = self._guest.call("blob", "get", cid)
        return data

    def blob_has(self, cid: str) -> bool:
        return self._truth("blob", "has", cid)

    def blob_delete(self, cid: str) -> bool:
        return self._truth("blob", "delete", cid)

    def blob_write(self, pieces: Iterable[bytes]) -> str:
        """Stores a blob of any size, piece by piece; nothing of it stays when that fails."""
        writer = self._guest.call("blob", "[constructor]writer")
        try:
            for piece in pieces:
                for start in range(0, len(piece), _PIECE_BYTES):
                    self._guest.call("blob", "[method]writer.write", writer, piece[start : start + _PIECE_BYTES])
        except PersistError as error:
            if error.variant != "closed":
                self._guest.drop(writer)
            raise
        except BaseException:
            self._guest.drop(writer)
            raise
        return self._text("blob", "[static]writer.finish", writer)

    # Several at once.

    def commit(self, ops: Iterable[Op]) -> list[Outcome]:
        """Several operations, all or none of them, with one sync; answers the outcome of each.

        An operation is a method of `transaction` of wit/batch.wit and its arguments: `("kv-delete", "k")`,
        `("append", "s", "{:seq 1}")`. What one of them would answer as an error refuses all; the `PersistError` has its `index`.
        """
        transaction, count = self._gathered("transaction", ops)
        committed = self._guest.call("batch", "[static]transaction.commit", transaction)
        return self._answers("committed", committed, ("number", "flag", "text"), count)

    def moment(self, questions: Iterable[Op]) -> list[Any]:
        """Several reads of one moment; answers each.

        A question is a method of `reads` of wit/batch.wit and its arguments: `("kv-get", "k")`, `("last-seq", "s")`. An answer is a
        number, a text, a record with `value` and `version`, or None for what is absent.
        """
        reads, count = self._gathered("reads", questions)
        moment = self._guest.call("batch", "[static]reads.read", reads)
        return self._answers("moment", moment, ("number", "text", "entry"), count)

    def _gathered(self, resource: str, items: Iterable[Op]) -> tuple[Any, int]:
        gathered = self._guest.call("batch", f"[constructor]{resource}")
        count = 0
        try:
            for name, *arguments in items:
                self._guest.call("batch", f"[method]{resource}.{name}", gathered, *arguments)
                count += 1
        except BaseException:
            self._guest.drop(gathered, writes=False)
            raise
        return gathered, count

    def _answers(self, resource: str, answered: Any, kinds: tuple[str, ...], count: int) -> list[Any]:
        def answer(index: int) -> Any:
            calls = (self._guest.call("batch", f"[method]{resource}.{kind}", answered, index) for kind in kinds)
            return next((found for found in calls if found is not None), None)

        try:
            return [answer(index) for index in range(count)]
        finally:
            self._guest.drop(answered, writes=False)

    def object_write_batch(self, objects: Iterable[tuple[str, bytes]]) -> None:
        """Writes objects, all or none of them; the `PersistError` has the `index` of the one that was refused."""
        self._guest.call("objects", "write-batch", list(objects))

    # The rest.

    def handle_op(self, operation: str, arguments: str) -> str | None:
        """An operation by its name, arguments as an SX list; None where the store does not own it."""
        answer: str | None = self._guest.call("dispatch", "handle-op", operation, arguments)
        return answer

    def handle_op_bytes(self, operation: str, arguments: bytes) -> bytes | None:
        """The same as bytes: a string in the arguments of `blob/put` and in the answer of `blob/get` holds any."""
        answer: bytes | None = self._guest.call("dispatch", "handle-op-bytes", operation, arguments)
        return answer

    def flush(self) -> None:
        self._guest.call("admin", "flush")

    def checkpoint(self) -> None:
        """Writes everything answered so far into the plain files."""
        self._guest.call("admin", "checkpoint")

    def verify(self) -> Report:
        """Reads everything and changes nothing."""
        report = self._guest.call("admin", "verify")
        numbers = {name: value for name, value in vars(report).items() if name != "findings"}
        return Report(**numbers, findings=tuple(_finding(found) for found in report.findings))

    def stats(self) -> dict[str, int]:
        return {counter.name: counter.value for counter in self._guest.call("admin", "stats")}

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._folder.close()

    def _number(self, interface: str, function: str, *arguments: Any) -> int:
        answer: int = self._guest.call(interface, function, *arguments)
        return answer

    def _truth(self, interface: str, function: str, *arguments: Any) -> bool:
        answer: bool = self._guest.call(interface, function, *arguments)
        return answer

    def _text(self, interface: str, function: str, *arguments: Any) -> str:
        answer: str = self._guest.call(interface, function, *arguments)
        return answer

    def _texts(self, interface: str, function: str, *arguments: Any) -> list[str]:
        answer: list[str] = self._guest.call(interface, function, *arguments)
        return answer


def _u64(number: int) -> int:
    # wasmtime would take what does not fit by its lowest 64 bits.
    if not 0 <= number < 1 << 64:
        raise ValueError(f"{number} is no u64")
    return number


def _finding(found: Any) -> Finding:
    return Finding(**vars(found.damage), set_aside=getattr(found, "set-aside"))
