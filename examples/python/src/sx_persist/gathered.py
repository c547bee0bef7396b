"""Operations of a transaction and questions of reads: what is given for them, and what they are answered."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .given import Given
from .guest import Guest
from .writer import BlobWriter

Op: TypeAlias = tuple[Any, ...]
"""An operation of `Store.commit`, or a question of `Store.moment`: the name of a method of wit/batch.wit, and its arguments."""


class Gathered:
    def __init__(
        self, accessor: str | None, answer: Callable[[Any], Any] | None, *parameters: tuple[str, Given]
    ) -> None:
        # The method that answers it; none where it is done, and answers nothing.
        self.accessor = accessor
        self.answer = answer
        self.parameters = parameters


def perform(
    guest: Guest, of: Mapping[str, Gathered], items: Iterable[Op], *, resource: str, end: str, answers: str, writes: bool
) -> list[Any]:
    """Gathers all of them, performs them, and answers each."""
    taken = [_taken(of, index, item) for index, item in enumerate(items)]
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


def _taken(of: Mapping[str, Gathered], index: int, item: Any) -> tuple[str, Gathered, list[Any]]:
    if not isinstance(item, (tuple, list)) or not item or not isinstance(item[0], str):
        raise TypeError(f"operation {index}: a tuple of a name and arguments is wanted, not {type(item).__name__}")
    name, *arguments = item
    kind = of.get(name)
    if kind is None:
        raise ValueError(f"operation {index}: {name!r} is no method of wit/batch.wit")
    if len(arguments) != len(kind.parameters):
        wanted = ", ".join(parameter for parameter, _ in kind.parameters)
        raise TypeError(f"operation {index}: {name} takes {wanted}; {len(arguments)} arguments are given")
    given = zip(kind.parameters, arguments)
    return name, kind, [take(f"operation {index}: {parameter}", part) for (parameter, take), part in given]
