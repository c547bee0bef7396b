"""Values to text and back in Python, as `values.json` has them: values.py FILE."""

import json
import sys
from enum import Enum
from typing import Any

from sx_persist import Keyword, Symbol, dumps, loads


def native(form: Any) -> Any:
    """From JSON as V8 has it."""
    if isinstance(form, list):
        return [native(part) for part in form]
    if not isinstance(form, dict):
        return form
    for name, kind in (("$symbol", Symbol), ("$keyword", Keyword)):
        if list(form) == [name] and " " not in form[name]:
            return kind(form[name])
    return {key: native(part) for key, part in form.items()}


def is_same(one: Any, other: Any) -> bool:
    """Equal, and of the same type everywhere: 1, 1.0 and True are equal to Python."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    return bool(one == other)


class Member(str, Enum):
    """It is a text, and prints itself otherwise."""

    A = "a"


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def refused(kind: type[Exception], call: Any, given: Any) -> str:
    try:
        answer = call(given)
    except kind as error:
        assert type(error) is kind, error
        return str(error)
    raise SystemExit(f"{given!r} gives {answer!r}")


def main(file: str) -> None:
    with open(file, encoding="utf-8") as text:
        vectors = json.load(text)
    for text, form in vectors["values"]:
        value = native(form)
        assert dumps(value) == text, (dumps(value), text)
        assert is_same(loads(text), value), (loads(text), value)
    for text in vectors["whole_floats"]:
        assert dumps(float(text)) == text and type(loads(text)) is float and dumps(loads(text)) == text, text
    for text in vectors["tied_floats"]:
        assert type(loads(text)) is float and loads(text) == float(text), text
    for text in vectors["no_texts"]:
        refused(ValueError, loads, text)
    assert dumps({Member.A: Member.A}) == '{:a "a"}' and dumps(Keyword(Member.A)) == ":a"
    assert dumps((1, (2,))) == "(list 1 (list 2))"
    deepest = "(list " * 127 + "(list)" + ")" * 127
    assert dumps(nested(128)) == deepest and dumps(loads(deepest)) == deepest
    refused(ValueError, dumps, nested(129))
    refused(ValueError, loads, f"(list {deepest})")
    refused(ValueError, loads, "(list " * 1_000_000)
    refused(ValueError, loads, "1" * 10_000)
    endless: list[Any] = []
    endless.append(endless)
    refused(ValueError, dumps, endless)
    assert refused(TypeError, dumps, {"a": [1, 2, 3, b"x"]}) == "value['a'][3]: bytes is no value"
    assert refused(ValueError, dumps, {"a": [1 << 64]}) == "value['a'][0]: an integer of more than 64 bits is no value"


main(*sys.argv[1:])
