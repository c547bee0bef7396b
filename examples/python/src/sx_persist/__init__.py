"""sx-persist in Python: a durable store, one WebAssembly component, run by wasmtime."""

from .errors import LockedError, PersistError
from .store import Finding, Report, Store

__all__ = ["Finding", "LockedError", "PersistError", "Report", "Store"]
