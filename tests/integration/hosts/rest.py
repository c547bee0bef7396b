"""What `calls.json` has no words for, in Python: rest.py ROOT COMPONENT."""

import math
import os
import sys
from collections.abc import Callable
from typing import Any

from sx_persist import ABSENT, Op, PersistError, Store


def refused(kind: type[Exception], call: Callable[[], Any]) -> Any:
    try:
        answer = call()
    except kind as error:
        return error
    raise SystemExit(f"{answer!r}, and no {kind.__name__}")


def roots(root: str, component: str) -> None:
    wrong: list[Any] = [None, 1, [root]]
    for other in wrong:
        refused(TypeError, lambda: Store(other, component))
        refused(TypeError, lambda: Store(root, other))
        refused(TypeError, lambda: Store(other, component, read_only=True))
    refused(ValueError, lambda: Store("", component))
    missing = os.path.join(root, "missing")
    assert missing in str(refused(FileNotFoundError, lambda: Store(missing, component, read_only=True)))
    assert not os.path.exists(missing)


def bounds(root: str, component: str) -> None:
    """What is no bound, and no component, is refused before there is a root."""
    unmade = os.path.join(root, "unmade")
    none: list[Any] = ["1", True, [1]]
    for other in none:
        refused(TypeError, lambda: Store(unmade, component, timeout_seconds=other))
    for other in [*none, None, 1e9]:
        refused(TypeError, lambda: Store(unmade, component, memory_bytes_max=other))
    flags: list[Any] = ["no", 1, None]
    for other in flags:
        refused(TypeError, lambda: Store(unmade, component, read_only=other))
        refused(TypeError, lambda: Store(unmade, component, init=other))
    for seconds in (0, -1, -0.5, math.nan, math.inf, 1e300, 10**400):
        assert "timeout_seconds" in str(refused(ValueError, lambda: Store(unmade, component, timeout_seconds=seconds)))
    for size in (0, -1, 1 << 63):
        assert "memory_bytes_max" in str(refused(ValueError, lambda: Store(unmade, component, memory_bytes_max=size)))
    text, module, foreign = (os.path.join(root, name) for name in ("text", "module", "foreign"))
    for file, content in ((text, b"no component"), (module, b"\0asm\1\0\0\0"), (foreign, b"\0asm\r\0\1\0")):
        with open(file, "wb") as out:
            out.write(content)
        assert file in str(refused(ValueError, lambda: Store(unmade, file)))
        os.remove(file)
    refused(FileNotFoundError, lambda: Store(unmade, text))
    refused(IsADirectoryError, lambda: Store(unmade, root))
    assert not os.path.exists(unmade)


def main(root: str, component: str) -> None:
    os.mkdir(root)
    roots(root, component)
    bounds(root, component)
    with Store(root, component) as store:
        # nil is no absence.
        store.kv_put("nil", None)
        assert store.kv_get("nil", "none") is None and store.kv_get("absent", "none") == "none"
        assert store.moment([("kv-get", "nil"), ("kv-get", "absent")]) == [None, ABSENT]
        assert store.kv_swap("nil", ABSENT, 1) is False and store.kv_swap("nil", None, ABSENT) is True

        # What may be left out.
        store.append_expecting("s", 0, ({"seq": seq} for seq in (1, 2, 3)))
        assert [event["seq"] for event in store.read_page("s").lines] == [1, 2, 3]
        assert list(store.pages("s", 1)) == [[{"seq": 2}, {"seq": 3}]]
        assert store.map_scan("t").items == [] and store.kv_list().entries == []

        # Pieces of any size; nothing stays of a blob that is not finished.
        data = bytes(range(256)) * 600
        assert store.blob_get(store.blob_write([data[:1], memoryview(data)[1:]])) == data
        for _ in range(70):
            with store.blob_writer() as writer:
                writer.write(b"x")
            refused(ValueError, writer.finish)
            refused(TypeError, lambda: store.blob_write(["text"]))  # type: ignore[list-item]
        refused(TypeError, lambda: store.blob_write(b"bytes"))  # type: ignore[arg-type]
        assert store.stats()["blobs"] == 1

        # A refusal says which one it was.
        put: Op = ("kv-put", "k", 1)
        error = refused(PersistError, lambda: store.commit(iter([put, ("kv-swap", "k", 7, 8)])))
        assert (error.variant, error.index) == ("conflict", 1)
        error = refused(PersistError, lambda: store.moment([("count", "s"), ("count", "")]))
        assert (error.variant, error.index) == ("invalid-name", 1)
        both = '((("kv-put" "k" 1) ("kv-swap" "k" (7) (8))))'
        error = refused(PersistError, lambda: store.handle_op("persist/batch/commit", both))
        assert (error.variant, error.index) == ("conflict", 1)
        error = refused(PersistError, lambda: store.handle_op_bytes("persist/kv-gett", b"nil"))
        assert (error.variant, error.index) == ("invalid-argument", None)
        error = refused(PersistError, lambda: store.append_expecting("s", 7, [{"seq": 8}]))
        assert (error.variant, error.detail.expected, error.detail.actual) == ("stale", 7, 3)
        assert repr(error.detail) == "Detail(expected=7, actual=3)" and str(error) == "stale: expected 7, actual 3"
        strange: list[Any] = [None, "abc", b"abc", 1, [None], [()], [[]], ["kv-put"], [(1, "k")]]
        for wrong in strange:
            refused(TypeError, lambda: store.commit(wrong))
        for _ in range(70):
            refused(TypeError, lambda: store.commit([put, ("kv-put", "k", b"bytes")]))
            for name in ("kv-putt", "kv_Put", "Kv-put", "commit", "__init__", ""):
                refused(ValueError, lambda: store.commit([put, (name, "k", 1)]))
        # By whichever name, and with the nearest for one that is none.
        for name in ("kv-put", "kv_put", "kvPut"):
            assert store.commit([(name, "named", name), ("kv_delete", "named")]) == [None, True]
        assert store.moment([("last-seq", "s"), ("last_seq", "s"), ("lastSeq", "s")]) == [3, 3, 3]
        for name, meant in (("kv-putt", "kv-put"), ("kv_putt", "kv_put"), ("kvPutt", "kvPut"), ("map_incremnt", "map_increment")):
            said = str(refused(ValueError, lambda: store.commit([(name,)])))
            assert said == f"operation 0: commit knows no {name!r}; did you mean {meant!r}?", said
        assert "'__init__'; there are append, " in str(refused(ValueError, lambda: store.commit([("__init__",)])))
        with store.blob_writer() as writer:
            refused(ValueError, lambda: store.commit([("blob-finish", writer), ("blob-finish", writer)]))
        assert store.kv_keys() == []
    refused(ValueError, lambda: store.read("s"))

    # A store whose first act is a blob that is not finished is one all the same.
    for _ in range(3):
        with Store(os.path.join(root, "begun"), component) as store:
            store.blob_writer().write(b"x")


main(*sys.argv[1:])
