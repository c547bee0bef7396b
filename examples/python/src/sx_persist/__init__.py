"""sx-persist in Python: a durable store, one WebAssembly component, run by wasmtime."""

from .errors import LockedError, MovedError, NotAStoreError, PersistError
from .store import Finding, Op, Outcome, Report, Store
from .sx import Keyword, Symbol, Value, dumps, loads

__all__ = [
    "Finding",
    "Keyword",
    "LockedError",
    "MovedError",
    "NotAStoreError",
    "Op",
    "Outcome",
    "PersistError",
    "Report",
    "Store",
    "Symbol",
    "Value",
    "dumps",
    "loads",
]
