"""sx-persist in Python: a durable store, one WebAssembly component, run by wasmtime."""

from .errors import LockedError, MovedError, NotAStoreError, PersistError
from .store import Finding, Op, Outcome, Report, Store

__all__ = ["Finding", "LockedError", "MovedError", "NotAStoreError", "Op", "Outcome", "PersistError", "Report", "Store"]
