"""What a caller gives, as the component takes it. What is of another type is refused before the component hears of it.

Each function here takes the name of an argument and what was given for it. What is of the wrong type is a `TypeError`, what is of the
right type and out of its range a `ValueError`.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import TIMEOUT_MAX
from typing import Any, Final, TypeAlias, final

from .sx import dumps

Given: TypeAlias = Callable[[str, Any], Any]

Data: TypeAlias = bytes | bytearray | memoryview
"""Bytes."""


@final
class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""No value, where None is the value nil."""


def no(name: str, native: object, wanted: str) -> TypeError:
    return TypeError(f"{name}: {wanted} is wanted, not {type(native).__name__}")


def text(name: str, native: Any) -> str:
    if not isinstance(native, str):
        raise no(name, native, "a str")
    try:
        native.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name}: a text with a lone surrogate has no UTF-8") from None
    return native


def data(name: str, native: Any) -> bytes:
    if not isinstance(native, (bytes, bytearray, memoryview)):
        raise no(name, native, "bytes")
    return bytes(native)


def _integer(low: int, high: int) -> Given:
    def integer(name: str, native: Any) -> int:
        # wasmtime would take a bool, and a number that does not fit by its lowest bits.
        if not isinstance(native, int) or isinstance(native, bool):
            raise no(name, native, "an int")
        if not low <= native <= high:
            raise ValueError(f"{name}: an int from {low} to {high} is wanted")
        return native

    return integer


small: Given = _integer(0, (1 << 32) - 1)
number: Given = _integer(0, (1 << 64) - 1)
signed: Given = _integer(-(1 << 63), (1 << 63) - 1)


_memory = _integer(1, (1 << 63) - 1)


def flag(name: str, native: Any) -> bool:
    if not isinstance(native, bool):
        raise no(name, native, "True or False")
    return native


def memory_bytes(name: str, native: Any) -> int:
    return int(_memory(name, native))


def seconds(name: str, native: Any) -> float | None:
    """A time, or None for as long as it takes."""
    if native is None:
        return None
    if not isinstance(native, (int, float)) or isinstance(native, bool):
        raise no(name, native, "a number of seconds, or None,")
    # No clock of the system waits longer; and what is no number is not in between either.
    if not 0 < native <= TIMEOUT_MAX:
        raise ValueError(f"{name}: a number of seconds above 0 and up to {TIMEOUT_MAX:.0f} is wanted, not {native!r}")
    return float(native)


def value(name: str, native: Any) -> str:
    return dumps(native, name)


def optional_value(name: str, native: Any) -> str | None:
    return None if native is ABSENT else dumps(native, name)


def optional(item: Given) -> Given:
    return lambda name, native: None if native is None else item(name, native)


def items(item: Given) -> Given:
    def each(name: str, native: Any) -> list[Any]:
        # A text and bytes could be iterated, too, and would be taken for what they are made of.
        if not isinstance(native, Iterable) or isinstance(native, (str, bytes, bytearray, memoryview, Mapping)):
            raise no(name, native, "a list")
        return [item(f"{name}[{index}]", part) for index, part in enumerate(native)]

    return each


def together(*parts: Given) -> Given:
    def each(name: str, native: Any) -> tuple[Any, ...]:
        if not isinstance(native, (tuple, list)):
            raise no(name, native, "a tuple")
        if len(native) != len(parts):
            raise TypeError(f"{name}: {len(parts)} are wanted, not {len(native)}")
        return tuple(part(f"{name}[{index}]", given) for index, (part, given) in enumerate(zip(parts, native)))

    return each


def word(name: str, native: Any, *words: str) -> str:
    if text(name, native) not in words:
        raise ValueError(f"{name}: {native!r} is none of {', '.join(words)}")
    return words[words.index(native)]
