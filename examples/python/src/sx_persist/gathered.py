"""Operations of a transaction and questions of reads: what is given for them, and what they are answered."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .given import Given
from .guest import Guest
from .writer import BlobWriter

Op: TypeAlias = tuple[Any, ...]
"""An operation of `Store.commit`, or a question of `Store.moment`: its name, as wit/batch.wit or a method has it, and its arguments."""

_SNAKE = re.compile(r"[a-z]+(_[a-z]+)+")
_CAMEL = re.compile(r"[a-z]+([A-Z][a-z]*)+")


class Gathered:
    def __init__(
        self, accessor: str | None, answer: Callable[[Any], Any] | None, *parameters: tuple[str, Given]
    ) -> None:
        # The method that answers it; none where it is done, and answers nothing.
        self.accessor = accessor
        self.answer = answer
        self.parameters = parameters


def perform(
    guest: Guest,
    method: str,
    of: Mapping[str, Gathered],
    items: Iterable[Op],
    *,
    resource: str,
    end: str,
    answers: str,
    writes: bool,
) -> list[Any]:
    """Gathers all of them, performs them, and answers each. `method` is what the caller knows this by."""
    taken = [_taken(method, of, index, item) for index, item in enumerate(items)]
    gathering = guest.call("batch", f"[constructor]{resource}", writes=writes)
    try:
        for name, _, arguments in taken:
            handed = [part.taken(guest) if isinstance(part, BlobWriter) else part for part in arguments]
            guest.call("batch", f"[method]{resource}.{name}", gathering, *handed, writes=writes)
    except BaseException:
        guest.drop(gathering, writes=False)
        raise
    answered = guest.call("batch", f"[static]{resource}.{end}", gathering, writes=writes)

    def answer(index: int, kind: Gathered) -> Any:
        if kind.accessor is None or kind.answer is None:
            return None
        return kind.answer(guest.call("batch", f"[method]{answers}.{kind.accessor}", answered, index, writes=False))

    try:
        return [answer(index, kind) for index, (_, kind, _) in enumerate(taken)]
    finally:
        guest.drop(answered, writes=False)


def _taken(method: str, of: Mapping[str, Gathered], index: int, item: Any) -> tuple[str, Gathered, list[Any]]:
    if not isinstance(item, (tuple, list)) or not item or not isinstance(item[0], str):
        raise TypeError(f"operation {index}: a tuple of a name and arguments is wanted, not {type(item).__name__}")
    spelled, *arguments = item
    name = _kebab(spelled)
    kind = of.get(name)
    if kind is None:
        raise ValueError(f"operation {index}: {method} knows no {spelled!r}; {_advice(of, spelled)}")
    if len(arguments) != len(kind.parameters):
        wanted = ", ".join(parameter for parameter, _ in kind.parameters)
        raise TypeError(f"operation {index}: {name} takes {wanted}; {len(arguments)} arguments are given")
    given = zip(kind.parameters, arguments)
    return name, kind, [take(f"operation {index}: {parameter}", part) for (parameter, take), part in given]


def _kebab(name: str) -> str:
    """`kv_put` and `kvPut` as `kv-put`."""
    if _SNAKE.fullmatch(name):
        return name.replace("_", "-")
    if _CAMEL.fullmatch(name):
        return re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
    return name


def _advice(of: Mapping[str, Gathered], name: str) -> str:
    # It is held against all, whichever way they are written.
    snake = [known.replace("-", "_") for known in of]
    camel = [re.sub("-.", lambda part: part[0][1].upper(), known) for known in of]
    meant = difflib.get_close_matches(name, [*of, *snake, *camel], n=1)
    return f"did you mean {meant[0]!r}?" if meant else f"there are {', '.join(of)}"
