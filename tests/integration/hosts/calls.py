"""Calls what `calls.json` says in Python, each argument of the wrong type before, and prints what is answered: calls.py ROOT COMPONENT FILE."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from sx_persist import ABSENT, After, BlobWriter, Cursor, Keyword, MapPair, MapRange, Store, Symbol
from sx_persist.operations import OPERATIONS, QUESTIONS, Operations

NOTHING = object()
TEXT_NONE: list[Any] = [None, 1, True, b"x", ["x"], {}]
VALUE_NONE = [NOTHING, b"x", bytearray(), {1}, {1: 2}, {b"a": 1}, [b""], {"a": ({"b": 1j},)}, Symbol(1), Keyword(None), range(3)]  # type: ignore[arg-type]
VALUE_OUT = [1 << 63, -(1 << 63) - 1, float("nan"), [float("inf")], {"a": "\ud800"}, {"\udc00": 1}, Symbol("nil"), Keyword("a b")]
NUMBER_NONE = ["1", 1.0, True, b"1", [1], NOTHING]
LIST_NONE = [None, 1, "ab", b"ab", bytearray(b"ab"), {"a": 1}, NOTHING]
DIRECTION_NONE = [None, 1, b"forward", NOTHING]


def value(json: Any) -> Any:
    match json:
        case {"$symbol": name}:
            return Symbol(name)
        case {"$keyword": name}:
            return Keyword(name)
        case dict():
            return {key: value(part) for key, part in json.items()}
        case list():
            return [value(part) for part in json]
    return json


def position(json: Any) -> Any:
    match json:
        case {"after": seq}:
            return After(seq)
        case {"cursor": text}:
            return Cursor(text)
    return json


def written(store: Store, text: str) -> BlobWriter:
    writer = store.blob_writer()
    writer.write(text.encode())
    return writer


def bytes_of(text: str) -> bytes:
    return text.encode()


def same(json: Any) -> Any:
    return json


# For each kind of argument: how it is made of JSON, what is of the wrong type, and what is out of range.
KINDS: dict[str, tuple[Callable[[Any], Any], Iterable[Any], Iterable[Any]]] = {
    "text": (same, TEXT_NONE, ["\ud800"]),
    "prefix": (same, TEXT_NONE, ["\ud800"]),
    "text?": (same, TEXT_NONE[1:], ["a\udfff"]),
    "value": (value, [ABSENT, *VALUE_NONE], VALUE_OUT),
    "value?": (lambda json: ABSENT if json == "$absent" else value(json), VALUE_NONE, VALUE_OUT),
    "values": (value, [*LIST_NONE, [NOTHING], [1, b""]], [[1 << 64], [1, float("nan")]]),
    "number": (same, [None, *NUMBER_NONE], [-1, 1 << 64]),
    "number?": (same, NUMBER_NONE, [-1, 1 << 64]),
    "small": (same, [None, *NUMBER_NONE], [-1, 1 << 32]),
    "signed": (same, [None, *NUMBER_NONE], [-(1 << 63) - 1, 1 << 63]),
    "bytes": (bytes_of, [None, "x", 1, [1], NOTHING], []),
    "bytes-list": (lambda json: [bytes_of(text) for text in json], [*LIST_NONE, ["a"], [b"a", None]], []),
    "expect": (same, [None, True, 1.0, b"any", NOTHING], ["anyway", -1, 1 << 64]),
    "expect-seq": (same, [None, True, 1.0, b"any", NOTHING], ["absent", -1, 1 << 64]),
    "position": (position, [None, 1, ("after", 1), NOTHING, After("1"), After(True), Cursor(1)], ["middle", After(-1)]),  # type: ignore[arg-type]
    "direction": (same, DIRECTION_NONE, ["sideways"]),
    "durability": (same, DIRECTION_NONE, ["never"]),
    "layout": (same, DIRECTION_NONE, ["columns"]),
    "usage-by": (same, DIRECTION_NONE, ["days"]),
    "range": (
        lambda json: MapRange(**{name: bytes_of(text) for name, text in json.items()}),
        [None, {}, "x", MapRange("x"), MapRange(start="x"), MapRange(end=1), MapRange(None)],  # type: ignore[arg-type]
        [],
    ),
    "pairs": (
        lambda json: [MapPair(bytes_of(key), bytes_of(text)) for key, text in json],
        [*LIST_NONE, [(b"a", b"b")], [MapPair("a", b"b")], [MapPair(b"a", None)]],  # type: ignore[arg-type]
        [],
    ),
    "objects": (
        lambda json: [(hash, bytes_of(text)) for hash, text in json],
        [*LIST_NONE, [("a" * 40, "x")], [(1, b"x")], [("a" * 40,)], [("a" * 40, b"x", 1)], ["xx"], [b"xx"]],
        [],
    ),
    "writer": (same, [None, "w", 1, b"w", NOTHING], []),
}


def caller(store: Store, name: str) -> Callable[..., Any]:
    match name.split(" "):
        case ["commit", operation]:
            return lambda *arguments: store.commit([(operation, *arguments)])[0]
        case ["moment", question]:
            return lambda *arguments: store.moment([(question, *arguments)])[0]
    method: Callable[..., Any] = getattr(store, name.replace("-", "_"))
    return method


def refuses(call: Callable[..., Any], arguments: list[Any], kind: type[Exception], name: str) -> None:
    try:
        answer = call(*arguments)
    except (TypeError, ValueError) as error:
        if type(error) is kind:
            return
        raise SystemExit(f"{name} {arguments!r}: {error!r} is no {kind.__name__}") from error
    raise SystemExit(f"{name} {arguments!r} answers {answer!r}, and no {kind.__name__}")


def answered(answer: Any) -> Any:
    if answer is ABSENT:
        return None
    if isinstance(answer, (Symbol, Keyword)):
        return {f"${type(answer).__name__.lower()}": answer.name}
    if dataclasses.is_dataclass(answer):
        fields = dataclasses.fields(answer)
        return {field.name.replace("_", "-"): answered(getattr(answer, field.name)) for field in fields}
    if isinstance(answer, bytes):
        return {"$bytes": answer.decode()}
    if isinstance(answer, list):
        return [answered(part) for part in answer]
    if isinstance(answer, dict):
        return {key: answered(part) for key, part in answer.items()}
    return answer


def main(root: str, component: str, file: str) -> None:
    with open(file, encoding="utf-8") as text:
        calls = json.load(text)
    methods = {name for name in vars(Operations) if not name.startswith("_")}
    named = {f"commit {name}" for name in OPERATIONS} | {f"moment {name}" for name in QUESTIONS}
    missing = (methods | named) - {name if " " in name else name.replace("-", "_") for name, _, _ in calls}
    if missing:
        raise SystemExit(f"{file} calls no {missing}")
    answers = []
    with Store(root, component) as store:
        for name, parts, _ in calls:
            call = caller(store, name)
            kinds = [KINDS[kind] for kind, _ in parts]
            arguments = [make(part) for (make, _, _), (_, part) in zip(kinds, parts)]
            lsn = store.stats()["lsn"]
            for index, (_, nones, outs) in enumerate(kinds):
                for wrongs, kind in ((nones, TypeError), (outs, ValueError)):
                    for wrong in wrongs:
                        refuses(call, [*arguments[:index], wrong, *arguments[index + 1 :]], kind, name)
            refuses(call, [*arguments, *[None] * 3], TypeError, name)
            if arguments and " " in name:
                refuses(call, arguments[:-1], TypeError, name)
            if store.stats()["lsn"] != lsn:
                raise SystemExit(f"{name}: something was written that is wrong")
            given = [written(store, part) if kind == "writer" else part for (kind, _), part in zip(parts, arguments)]
            answers.append(answered(call(*given)))
    print(json.dumps(answers))


main(*sys.argv[1:])
