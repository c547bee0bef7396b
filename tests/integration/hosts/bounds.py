"""A call in Python that takes too much, or too long: bounds.py ROOT COMPONENT CID."""

import sys

from wasmtime import WasmtimeError

from sx_persist import PersistError, Store

root, component, cid = sys.argv[1:]

with Store(root, component, read_only=True, memory_bytes_max=4 << 20) as store:
    try:
        store.blob_get(cid)
        raise SystemExit("a blob of 8 MiB came out of 4 MiB")
    except PersistError as error:
        assert error.variant == "out-of-memory", error

# A text that it has no memory to take: the instance ends.
store = Store(root, component, memory_bytes_max=4 << 20)
try:
    store.kv_put("k", "x" * (8 << 20))
    raise SystemExit("8 MiB went into 4 MiB")
except WasmtimeError as error:
    assert any("memory_bytes_max=4194304" in note for note in error.__notes__), error.__notes__
try:
    store.kv_has("k")
    raise SystemExit("an instance that has ended answered")
except WasmtimeError as error:
    assert "open it again" in str(error), error
# Nothing more is said of it, and the root is free.
store.close()

# Whether writing or reading, as a reader or not: the time is up.
for read_only in (False, True):
    store = Store(root, component, read_only=read_only, timeout_seconds=0.001)
    try:
        store.verify()
        raise SystemExit("8 MiB were read and hashed in a millisecond")
    except TimeoutError as error:
        assert "timeout_seconds=0.001" in str(error), error
    store.close()

with Store(root, component) as store:
    assert store.kv_get("k") is None and store.blob_has(cid)
