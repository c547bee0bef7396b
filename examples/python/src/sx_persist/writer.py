"""Blobs that are written piece by piece."""

from types import TracebackType
from typing import Any, Self

from . import given
from .errors import PersistError
from .given import Data
from .guest import Guest

_PIECE_BYTES = 1 << 16


class BlobWriter:
    """A blob that is being written, of any size, in bounded memory.

    `finish` stores it, and so does the operation `blob-finish` of `Store.commit`. With neither nothing of it stays: at the end of a
    `with`, or at `drop`. At most 64 may be open.
    """

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._handle: Any = guest.call("blob", "[constructor]writer", writes=True)

    def write(self, data: Data) -> None:
        """Adds bytes behind those given before."""
        whole = given.data("data", data)
        for start in range(0, len(whole), _PIECE_BYTES):
            handle = self._held()
            self._guest.call("blob", "[method]writer.write", handle, whole[start : start + _PIECE_BYTES], writes=True)

    def finish(self) -> str:
        """Stores what was written; answers its address."""
        return str(self._guest.call("blob", "[static]writer.finish", self.taken(self._guest), writes=True))

    def drop(self) -> None:
        """Lets go of what was written, unless it is finished."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._guest.drop(handle)

    def taken(self, guest: Guest) -> Any:
        """The handle, which is handed over: it is no longer this writer's."""
        if guest is not self._guest:
            raise ValueError("the writer is another store's")
        handle, self._handle = self._held(), None
        return handle

    def _held(self) -> Any:
        if self._handle is None:
            raise ValueError("the writer is finished, or dropped")
        return self._handle

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.drop()
        except PersistError as refused:
            # The lock is another's: what was written stays, and the error that led here is the one to be seen.
            if error is None or refused.variant != "closed":
                raise


def writer(name: str, native: Any) -> BlobWriter:
    if not isinstance(native, BlobWriter):
        raise given.no(name, native, "a BlobWriter")
    return native
