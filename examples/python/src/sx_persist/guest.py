"""The component in an instance of its own, with one directory and nothing else."""

import os
import threading
from pathlib import Path
from typing import Any

import wasmtime
from wasmtime import Config, Engine, WasiConfig, WasmtimeError
from wasmtime.component import Component, Func, Instance, Linker, Record, Variant

from .errors import PersistError
from .folder import Folder
from .lock import RootLock

_PACKAGE_VERSION = "0.2.0"
_NEVER = 1 << 62


class Program:
    """A component, compiled, on an engine of its own, whose epoch ends the calls of one instance alone."""

    def __init__(self, component: Path, *, may_be_ended: bool) -> None:
        config = Config()
        # What wasmtime makes of the component is kept in the user's cache folder: only the first start compiles.
        config.cache = True
        config.epoch_interruption = may_be_ended
        self.engine = Engine(config)
        try:
            self.component = Component.from_file(self.engine, component)
        except WasmtimeError as error:
            reason = str(error).splitlines()[0]
            raise ValueError(f"component: {component} is no WebAssembly component: {reason}") from error
        if self.component.get_export_index(f"sx:persist/persist@{_PACKAGE_VERSION}") is None:
            raise ValueError(f"component: {component} exports no sx:persist/persist@{_PACKAGE_VERSION}, so it is no store")


class Guest:
    def __init__(
        self,
        program: Program,
        root: Folder,
        lock: RootLock | None,
        *,
        read_only: bool,
        memory_bytes_max: int,
        timeout_seconds: float | None,
    ) -> None:
        self._lock = lock
        self._timeout_seconds = timeout_seconds
        self._memory_bytes_max = memory_bytes_max
        self._engine = program.engine
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
        try:
            self._instance: Instance = linker.instantiate(self._store, program.component)
        except WasmtimeError as error:
            if "exceeds memory limits" in str(error):
                raise ValueError(f"memory_bytes_max: {memory_bytes_max} are too few: {error}") from error
            raise
        self._functions: dict[tuple[str, str], Func] = {}
        # wasmtime runs a call without Python's own lock, and an instance takes one call at a time.
        self._turn = threading.Lock()
        self._is_closed = False
        self._has_trapped = False

    @property
    def has_trapped(self) -> bool:
        """Has a call ended in its middle? Then the instance takes no other."""
        return self._has_trapped

    def call(self, interface: str, function: str, *arguments: Any, writes: bool) -> Any:
        """Calls a function that answers `result<T, error>` or `result<T, refusal>`; what is no T is raised.

        One that neither writes nor syncs, nor does a part of a checkpoint, is called with `writes=False`.
        """
        with self._turn:
            if self._is_closed:
                raise ValueError("the store is closed")
            if self._has_trapped:
                raise WasmtimeError("an earlier call ended in its middle: close the store and open it again")
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
            # An instance that has trapped keeps its handles until it goes.
            if self._is_closed or self._has_trapped:
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
            return self._perform(function, arguments)
        self._store.set_epoch_deadline(1)
        timer = threading.Timer(self._timeout_seconds, self._engine.increment_epoch)
        timer.start()
        try:
            return self._perform(function, arguments)
        finally:
            timer.cancel()
            timer.join()

    def _perform(self, function: Func, arguments: tuple[Any, ...]) -> Any:
        try:
            return function(self._store, *arguments)
        except WasmtimeError as error:
            self._has_trapped = True
            again = "close the store and open it again, which recovers what was answered"
            # The package has no code of a trap within an error. Nothing but the timer moves the epoch.
            if "wasm trap: interrupt" in str(error):
                raise TimeoutError(f"the call took longer than timeout_seconds={self._timeout_seconds:g}; {again}") from error
            if "`unreachable`" in str(error):
                # So it ends where it has no memory for what it is given, and where it panics: nothing tells the two apart.
                again += f"; where it was short of memory, memory_bytes_max={self._memory_bytes_max} gives it too little"
            error.add_note(f"the component ended in the middle of a call; {again}")
            raise

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
