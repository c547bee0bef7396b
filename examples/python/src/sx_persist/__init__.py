"""sx-persist in Python: a durable store, one WebAssembly component, run by wasmtime."""

from .errors import LockedError, MovedError, PersistError
from .store import Finding, Report, Store

__all__ = ["Finding", "LockedError", "MovedError", "PersistError", "Report", "Store"]
