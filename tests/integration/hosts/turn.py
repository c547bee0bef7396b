"""A host of tests/integration/hosts in Python: performs the operations that come in, one line of JSON each, and answers each with a line.

Events and values of single operations come and go as SX text, as every host is spoken to; those of several at once are JSON.

turn.py ROOT COMPONENT [read-only | init]
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from sx_persist import ABSENT, LockedError, NotAStoreError, PersistError, Store, dumps, loads

OPERATIONS: dict[str, Callable[..., Any]] = {
    "append": lambda store, stream, event: store.append(stream, loads(event)),
    "append-expecting": lambda store, stream, expected, events: store.append_expecting(stream, expected, map(loads, events)),
    "read": lambda store, stream: [dumps(event) for event in store.read(stream)],
    "pages": lambda store, stream: [dumps(event) for page in store.pages(stream) for event in page],
    "commit": lambda store, ops: store.commit(map(in_bytes, ops)),
    "moment": lambda store, questions: [
        None if answer is ABSENT else answer for answer in store.moment(map(in_bytes, questions))
    ],
    "write-batch": lambda store, objects: store.object_write_batch((hash, bytes(numbers)) for hash, numbers in objects),
    "truncate": Store.truncate,
    "kv-put": lambda store, key, value: store.kv_put(key, loads(value)),
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
        except (TypeError, ValueError):
            say(error="of the caller")


main(*sys.argv[1:])
