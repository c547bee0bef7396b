"""The component in an instance of its own, with one directory and nothing else."""

import os
import threading
from pathlib import Path
from typing import Any

import wasmtime
from wasmtime import Config, Engine, WasiConfig
from wasmtime.component import Component, Func, Instance, Linker, Record, Variant

from .errors import PersistError
from .folder import Folder
from .lock import RootLock

_PACKAGE_VERSION = "0.2.0"
_NEVER = 1 << 62


class Guest:
    def __init__(
        self,
        component: Path,
        root: Folder,
        lock: RootLock | None,
        *,
        read_only: bool,
        memory_bytes_max: int,
        timeout_seconds: float | None,
    ) -> None:
        self._lock = lock
        config = Config()
        # What wasmtime makes of the component is kept in the user's cache folder: only the first start compiles.
        config.cache = True
        config.epoch_interruption = timeout_seconds is not None
        self._timeout_seconds = timeout_seconds
        # An engine of its own: its epoch ends the calls of this instance alone.
        self._engine = Engine(config)
        self._store = wasmtime.Store(self._engine)
        self._store.set_limits(memory_size=memory_bytes_max)
        wasi = WasiConfig()
        path = root.reachable()
        # Before and after: wasmtime opens the directory by a name.
        root.check(path)
        wasi.preopen_dir(os.fspath(path), "/", fs_mutable=not read_only)
        root.check(path)
        self._store.set_wasi(wasi)
        linker = Linker(self._engine)
        linker.add_wasip2()
        if timeout_seconds is not None:
            self._store.set_epoch_deadline(_NEVER)
        self._instance: Instance = linker.instantiate(self._store, Component.from_file(self._engine, component))
        self._functions: dict[tuple[str, str], Func] = {}
        # wasmtime runs a call without Python's own lock, and an instance takes one call at a time.
        self._turn = threading.Lock()
        self._is_closed = False

    def call(self, interface: str, function: str, *arguments: Any, writes: bool) -> Any:
        """Calls a function that answers `result<T, error>` or `result<T, refusal>`; what is no T is raised.

        One that neither writes nor syncs, nor does a part of a checkpoint, is called with `writes=False`.
        """
        with self._turn:
            if self._is_closed:
                raise ValueError("the store is closed")
            if self._lock is not None and writes:
                self._lock.check()
            answer = self._run(self._function(interface, function), arguments)
        # In an answer that could be either, wasmtime tells them apart by a tag. No answer here could: an error is a variant, and a
        # refusal is the one record that holds one as its `reason`.
        if isinstance(answer, Variant):
            raise PersistError(answer.tag, answer.payload)
        record: Any = answer if isinstance(answer, Record) else None
        if isinstance(reason := getattr(record, "reason", None), Variant):
            raise PersistError(reason.tag, reason.payload, record.index)
        return answer

    def drop(self, resource: Any, *, writes: bool = True) -> None:
        """Lets go of a handle that no call has taken. One that gathers, or was answered, writes nothing then."""
        with self._turn:
            if self._is_closed:
                return
            # What it has begun lies in a root that may be another's by now.
            if self._lock is not None and writes:
                self._lock.check()
            resource.drop(self._store)

    def close(self) -> None:
        with self._turn:
            self._is_closed = True
            self._store.close()

    def _run(self, function: Func, arguments: tuple[Any, ...]) -> Any:
        if self._timeout_seconds is None:
            return function(self._store, *arguments)
        self._store.set_epoch_deadline(1)
        timer = threading.Timer(self._timeout_seconds, self._engine.increment_epoch)
        timer.start()
        try:
            return function(self._store, *arguments)
        finally:
            timer.cancel()
            timer.join()

    def _function(self, interface: str, function: str) -> Func:
        found = self._functions.get((interface, function))
        if found is None:
            name = f"sx:persist/{interface}@{_PACKAGE_VERSION}"
            # Without the interface the function would be looked for among those of the component itself, which has none.
            exports = self._instance.get_export_index(self._store, name)
            index = self._instance.get_export_index(self._store, function, exports)
            found = None if index is None else self._instance.get_func(self._store, index)
            if found is None:
                raise LookupError(f"the component has no {name}#{function}")
            self._functions[interface, function] = found
        return found
