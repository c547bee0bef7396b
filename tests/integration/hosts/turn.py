"""A host of tests/integration/hosts in Python: performs the operations that come in, one line of JSON each, and answers each with a line.

turn.py ROOT COMPONENT [read-only | init]
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from sx_persist import LockedError, NotAStoreError, PersistError, Store

OPERATIONS: dict[str, Callable[..., Any]] = {
    "append": Store.append,
    "append-expecting": Store.append_expecting,
    "read": Store.read,
    "pages": lambda store, stream: [event for page in store.pages(stream) for event in page],
    "commit": lambda store, ops: store.commit(map(in_bytes, ops)),
    "moment": lambda store, questions: store.moment(map(in_bytes, questions)),
    "write-batch": lambda store, objects: store.object_write_batch((hash, bytes(numbers)) for hash, numbers in objects),
    "truncate": Store.truncate,
    "kv-put": Store.kv_put,
    "put": lambda store, numbers: store.blob_put(bytes(numbers)),
    "get": lambda store, cid: None if (data := store.blob_get(cid)) is None else list(data),
    "checkpoint": Store.checkpoint,
    "damaged": lambda store: store.verify().damaged,
    "folder-sync": lambda store: store.stats()["folder-sync"],
    "close": Store.close,
}


def in_bytes(item: list[Any]) -> tuple[Any, ...]:
    """Numbers as bytes, which JSON has none of."""
    return tuple(bytes(value) if isinstance(value, list) else value for value in item)


def say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)


def main(root: str, component: str, *words: str) -> None:
    try:
        store = Store(root, component, read_only="read-only" in words, init="init" in words)
    except LockedError as error:
        say(locked=error.holder)
        return
    except NotAStoreError as error:
        say(foreign=error.found)
        return
    say(ok=None)
    for line in sys.stdin:
        operation, *arguments = json.loads(line)
        try:
            say(ok=OPERATIONS[operation](store, *arguments))
        except PersistError as error:
            say(error=error.variant if error.index is None else f"{error.index} {error.variant}")
        except (LookupError, TypeError):
            say(error="of the caller")


main(*sys.argv[1:])
