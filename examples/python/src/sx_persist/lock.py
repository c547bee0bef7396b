"""The lock of a root: one writer at a time, whatever host it runs in."""

import fcntl
import os
from pathlib import Path

from .errors import LockedError


class RootLock:
    """`flock` on ROOT/lock, as the Rust library takes it. It goes with the process, also when that is killed."""

    def __init__(self, root: Path) -> None:
        self._file = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._take(root)
        except BaseException:
            os.close(self._file)
            raise

    def release(self) -> None:
        # To close it would not be enough: a child that another thread is just starting has it open as well, until it becomes
        # its own program.
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)

    def _take(self, root: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.pread(self._file, 32, 0)
            raise LockedError(root, int(text) if text.isdigit() else None) from None
        # For whoever finds it locked; the lock itself is not in the content, so a disk that has no room for it refuses nobody.
        process = str(os.getpid()).encode()
        try:
            os.pwrite(self._file, process, 0)
            os.ftruncate(self._file, len(process))
        except OSError:
            # Rather nobody than the one before.
            os.ftruncate(self._file, 0)
