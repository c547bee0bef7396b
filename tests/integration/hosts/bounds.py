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

store = Store(root, component, read_only=True, timeout_seconds=0.001)
try:
    store.verify()
    raise SystemExit("8 MiB were read and hashed in a millisecond")
except WasmtimeError as error:
    assert "interrupt" in str(error), error
store.close()
