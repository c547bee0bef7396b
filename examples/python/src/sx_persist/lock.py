"""The lock of a root: one writer at a time, whatever host it runs in."""

import errno
import fcntl
import os
import stat

from .errors import Detail, LockedError, PersistError
from .folder import Folder

_NAME = "lock"
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# Of a file system that locks files alone, as NFS does.
_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class RootLock:
    """`flock` on ROOT and on ROOT/lock, in this order, as the Rust library takes it. It goes with the process, also when that is
    killed."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self._lost: str | None = None
        try:
            self._lock(root.descriptor)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        try:
            self._file = self._open(os.O_RDWR | os.O_CREAT)
            try:
                self._take()
            except BaseException:
                os.close(self._file)
                raise
        except BaseException:
            self._unlock(root.descriptor)
            raise

    def check(self) -> None:
        """Refuses with `closed` when ROOT/lock is no longer the file that is locked, for good: others may have written since."""
        if self._lost is None:
            self._lost = self._what_became()
        if self._lost is not None:
            raise PersistError("closed", Detail(step="lock", file=_NAME, code=self._lost))

    def release(self) -> None:
        # To close them would not be enough: a child that another thread is just starting has them open as well, until it becomes
        # its own program.
        self._unlock(self._file)
        os.close(self._file)
        self._unlock(self._root.descriptor)

    def _what_became(self) -> str | None:
        try:
            there = os.stat(_NAME, dir_fd=self._root.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return "removed"
        except OSError:
            return "unreadable"
        return None if os.path.samestat(there, os.fstat(self._file)) else "replaced"

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(self._root.path, self._holder()) from None

    def _unlock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise

    def _open(self, access: int) -> int:
        # What a link leads to is somebody else's, and for what is no file opening might wait.
        foreign = OSError(
            errno.EINVAL,
            "the lock is no regular file with one name; remove it if nobody has the root open",
            str(self._root.path / _NAME),
        )
        try:
            file = os.open(_NAME, access | _FLAGS, 0o666, dir_fd=self._root.descriptor)
        except OSError as error:
            raise foreign if error.errno == errno.ELOOP else error
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            os.close(file)
            raise foreign
        return file

    def _take(self) -> None:
        self._lock(self._file)
        self.check()
        # For whoever finds it locked; the lock itself is not in the content, so a disk that has no room for it refuses nobody.
        process = str(os.getpid()).encode()
        try:
            os.pwrite(self._file, process, 0)
            os.ftruncate(self._file, len(process))
        except OSError:
            # Rather nobody than the one before.
            os.ftruncate(self._file, 0)

    def _holder(self) -> int | None:
        try:
            file = self._open(os.O_RDONLY)
        except OSError:
            return None
        try:
            text = os.pread(file, 32, 0)
        finally:
            os.close(file)
        return int(text) if text.isdigit() else None
