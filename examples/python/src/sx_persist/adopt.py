"""What a directory is before it is opened for writing (docs/format.md, "What is a store")."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

from .errors import NotAStoreError

FORMAT = b"sx-persist "
ORIGINAL = {"streams", "kv", "blobs"}
NOBODYS = {"lock", "lost+found"}
WRITER = re.compile(r"writer-[0-9]+\.sx-persist")


def check(root: Path) -> None:
    """Refuses a directory that holds something and is no store."""
    if not root.exists() or _is_store(root):
        return
    foreign = [path.name for path in root.iterdir() if not _may_be(path)]
    # Another process may have made the store since: of what it makes, a mark comes first.
    if foreign and not _is_store(root):
        raise NotAStoreError(root, min(foreign))


def _is_store(root: Path) -> bool:
    form, journal = root / "format", root / "journal"
    if _is(form, stat.S_ISREG):
        with form.open("rb") as file:
            if file.read(len(FORMAT)) == FORMAT:
                return True
    return _is(journal, stat.S_ISDIR) and any(
        re.fullmatch("[0-9]{20}", path.name) and _is(path, stat.S_ISREG) for path in journal.iterdir()
    )


def _may_be(path: Path) -> bool:
    """May it stand in the original's directory, or in one where nothing is?"""
    if path.name in NOBODYS:
        return True
    if not _is(path, stat.S_ISDIR):
        return False
    # A crash in the first write leaves an empty journal, or the files of blob writers.
    if path.name == "journal":
        return not any(path.iterdir())
    if path.name == "tmp":
        return all(WRITER.fullmatch(file.name) and _is(file, stat.S_ISREG) for file in path.iterdir())
    return path.name in ORIGINAL


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    """Is it such a thing, and no link to one?"""
    try:
        return kind(path.lstat().st_mode)
    except FileNotFoundError:
        return False
