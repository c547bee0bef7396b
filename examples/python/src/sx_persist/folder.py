"""A directory that is held by its descriptor: the same one for as long as that is open, whatever becomes of its name."""

import os
from pathlib import Path

from .errors import MovedError


class Folder:
    def __init__(self, path: Path) -> None:
        # Absolute: a program may go to another working directory.
        self.path = path.absolute()
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def reachable(self) -> Path:
        """A path that leads to it: that of the descriptor where the system has one, else the one that it was opened at."""
        own = Path(f"/proc/self/fd/{self.descriptor}")
        return own if self._is_at(own) else self.path

    def check(self, path: Path) -> None:
        """Refuses a path that leads to another directory."""
        if not self._is_at(path):
            raise MovedError(self.path)

    def close(self) -> None:
        os.close(self.descriptor)

    def _is_at(self, path: Path) -> bool:
        try:
            return os.path.samestat(os.fstat(self.descriptor), os.stat(path))
        except FileNotFoundError:
            return False
