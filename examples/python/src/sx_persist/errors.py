"""What can go wrong, as exceptions."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from wasmtime.component import Record


class Detail(SimpleNamespace):
    """The fields of a record that an error carries, by their names: `Detail(expected=7, actual=2)`."""

    @classmethod
    def of(cls, carried: Any) -> Any:
        """What wasmtime has for a record, as one that prints what it has; anything else as it is."""
        if isinstance(carried, list):
            return [cls.of(part) for part in carried]
        if isinstance(carried, Record):
            return cls(**{name.replace("-", "_"): cls.of(part) for name, part in vars(carried).items()})
        return carried


class PersistError(Exception):
    """The store said no: a case of the variant `error` of wit/types.wit."""

    variant: str
    """The case, as WIT spells it: `stale`, `invalid-name`, `no-space` and so on."""

    detail: object
    """What the case carries: a text, a number, or a `Detail` with the fields of the record. None for `read-only`."""

    index: int | None
    """The operation of a batch that was refused, 0 for the first; None for what is no batch, and for one that failed as a whole."""

    def __init__(self, variant: str, detail: object, index: int | None = None) -> None:
        detail = Detail.of(detail)
        place = "" if index is None else f"operation {index}: "
        super().__init__(place + (variant if detail is None else f"{variant}: {_shown(detail)}"))
        self.variant = variant
        self.detail = detail
        self.index = index


class LockedError(Exception):
    """Another process has the directory open for writing."""

    root: Path
    holder: int | None
    """The process, where the lock file says it."""

    def __init__(self, root: Path, holder: int | None) -> None:
        super().__init__(f"{root} is locked by {'another process' if holder is None else f'process {holder}'}")
        self.root = root
        self.holder = holder


class MovedError(Exception):
    """The path leads to another directory than the one that was opened, and that cannot be reached by its descriptor here."""

    root: Path

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is no longer the directory that was opened; close the store and open it again")
        self.root = root


class NotAStoreError(Exception):
    """The directory holds something and is no store, and `init` does not say that it is to become one."""

    root: Path
    found: str
    """A name in it that is none of a store's: the first, by its letters."""

    def __init__(self, root: Path, found: str) -> None:
        super().__init__(f"{root} holds {found} and is no store; name another directory, or open it with init=True")
        self.root = root
        self.found = found


def _shown(detail: object) -> str:
    if isinstance(detail, (str, int)):
        return str(detail)
    return ", ".join(f"{name} {value}" for name, value in vars(detail).items())
