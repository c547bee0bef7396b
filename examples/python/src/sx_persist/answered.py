"""What the component answers, as a caller gets it."""

from collections.abc import Callable
from typing import Any, TypeVar

from .given import ABSENT
from .sx import loads

T = TypeVar("T")


def items(item: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    return lambda answer: [item(part) for part in answer]


def optional(item: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda answer: None if answer is None else item(answer)


def optional_value(answer: str | None) -> Any:
    return ABSENT if answer is None else loads(answer)


def lines(answer: str) -> list[Any]:
    # LF alone ends a line; `splitlines` would cut at U+2028 and seven others that stand in strings.
    return [loads(line) for line in answer.split("\n")[:-1]]


def counters(answer: Any) -> dict[str, int]:
    return {counter.name: counter.value for counter in answer}
