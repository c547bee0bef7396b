"""The store: a directory that is open, and its operations."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import adopt, gathered, given
from .errors import PersistError
from .folder import Folder
from .gathered import Op
from .given import Data
from .guest import Guest, Program
from .lock import RootLock
from .operations import OPERATIONS, QUESTIONS, After, Cursor, Operations, Position
from .writer import BlobWriter

_PAGE_EVENTS = 65_536


class Store(Operations):
    """A durable store over one directory. What a call answered survives a loss of power.

    Values and events are what Python has for them, as in `json` (`sx.py`); `handle_op` alone takes and answers SX text. What is of
    the wrong type is a `TypeError`, and what is out of range a `ValueError`, before anything is done. Calls of several threads wait
    for one another.
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
        something else becomes a store with `init` only; `NotAStoreError` says what it holds. A call that takes longer than
        `timeout_seconds` ends with a `TimeoutError`, and the store must be opened afresh.

        Wrong arguments are a `TypeError` or a `ValueError`, and so is a file that is no component of a store, before anything is done.
        """
        path, file = Path(root), Path(component)
        given.flag("read_only", read_only)
        given.flag("init", init)
        given.memory_bytes("memory_bytes_max", memory_bytes_max)
        timeout_seconds = given.seconds("timeout_seconds", timeout_seconds)
        # It would be the working directory.
        if not os.fspath(root):
            raise ValueError("the root is an empty path")
        program = Program(file, may_be_ended=timeout_seconds is not None)
        if not read_only:
            # Before the lock: nothing is left in a directory that is refused.
            if not init:
                adopt.check(path)
            # For its owner alone: the component makes files that others may read.
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = Folder(path)
        self._is_released = False
        self._lock: RootLock | None = None
        try:
            if not read_only:
                self._lock = RootLock(self._folder)
            self._guest = Guest(
                program,
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
        """Checkpoints, and gives the directory back. A store that is closed stays so.

        Where the lock is lost the checkpoint is refused with `closed`, and the directory is given back all the same. After a call that
        ended in its middle there is none: the next open recovers.
        """
        if self._is_released:
            return
        try:
            if self._lock is not None and not self._guest.has_trapped:
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
        elif not self._is_released:
            # What was answered is in the journal: the next open finds it.
            self._guest.close()
            self._release()

    def pages(self, stream: str, after: int = 0) -> Iterator[list[Any]]:
        """The events with a seq above `after`, a MiB of text or so at a time."""
        at: Position = After(after)
        while True:
            page = self.read_page(stream, at, _PAGE_EVENTS)
            if page.lines:
                yield page.lines
            if page.done:
                return
            at = Cursor(page.through)

    def blob_writer(self) -> BlobWriter:
        """Begins a blob that is written piece by piece."""
        return BlobWriter(self._guest)

    def blob_write(self, pieces: Iterable[Data]) -> str:
        """Stores a blob of any size, piece by piece; nothing of it stays when that fails."""
        if isinstance(pieces, (str, bytes, bytearray, memoryview)):
            raise TypeError(f"pieces: an iterable of bytes is wanted, not {type(pieces).__name__}")
        with self.blob_writer() as writer:
            for piece in pieces:
                writer.write(piece)
            return writer.finish()

    def commit(self, ops: Iterable[Op]) -> list[Any]:
        """Several operations, all or none of them, with one sync; answers each: a number, a flag, an address or an event, or None.

        An operation is the name of one and its arguments: `("kv-delete", "k")`, `("append", "s", {"seq": 1})`; a writer is a
        `BlobWriter`. The names are those of `transaction` in wit/batch.wit, or of methods: `kv-put`, `kv_put`, `kvPut`. What one of them
        would answer as an error refuses all; the `PersistError` has its `index`. What is no operation is a `ValueError`.
        """
        return gathered.perform(
            self._guest, "commit", OPERATIONS, ops, resource="transaction", end="commit", answers="committed", writes=True
        )

    def moment(self, questions: Iterable[Op]) -> list[Any]:
        """Several reads of one moment; answers each.

        A question is the name of one and its arguments: `("kv-get", "k")`, `("last-seq", "s")`. The names are those of `reads` in
        wit/batch.wit, or of methods. What is absent is None, but for a key `ABSENT`, since None is a value.
        """
        return gathered.perform(
            self._guest, "moment", QUESTIONS, questions, resource="reads", end="read", answers="moment", writes=False
        )

    def _ask(self, interface: str, function: str, *arguments: Any) -> Any:
        return self._guest.call(interface, function, *arguments, writes=False)

    def _tell(self, interface: str, function: str, *arguments: Any) -> Any:
        return self._guest.call(interface, function, *arguments, writes=True)

    def _release(self) -> None:
        self._is_released = True
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._folder.close()
