"""Values to SX text and back (docs/semantics.md, V).

nil is None, a list is a list (a tuple is written as one), and a dict is a dict with strings as keys. `Symbol` and `Keyword` stand
for the two types that Python has not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Symbol:
    name: str


@dataclass(frozen=True)
class Keyword:
    name: str


Value: TypeAlias = None | bool | int | float | str | Symbol | Keyword | Sequence["Value"] | Mapping[str, "Value"]
"""What is written as a value. Of sequences lists and tuples are, of mappings dicts. What is read has the type `Any`, as in `json`."""

_DEPTH_MAX = 128
_TOKEN = re.compile(r"[a-zA-Z_~*+\-><=/!?&][a-zA-Z_~*+\-><=/!?&0-9.:#,]*")
_NO_SYMBOL = re.compile(r"(?:true|false|nil)\Z|[+-][0-9]")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*")
_STRING = re.compile(r'"((?:[^"\\\n\r\t]|\\["\\nrt])*)"')
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPE = str.maketrans(_ESCAPES)
_UNESCAPED = {escape: letter for letter, escape in _ESCAPES.items()}
_CONSTANTS = {"nil": None, "true": True, "false": False}


def dumps(value: Value, name: str = "value") -> str:
    """The canonical text of a value; `name` is what errors call it.

    What is of another type is a `TypeError`. A `ValueError` is an integer of more than 64 bits, a float that is no number, a text with
    a lone surrogate, a symbol or keyword with a name that none may have, and what is more than 128 deep.
    """
    return _Printer(name).value(value)


def loads(text: str) -> Any:
    """The value of a canonical text, which is what the store answers. Any other text is a `ValueError`."""
    reader = _Reader(text)
    value = reader.value(1)
    if reader.at != len(text):
        raise reader.no()
    return value


class _Printer:
    def __init__(self, name: str) -> None:
        self._name = name
        # The keys and indexes that lead to what is printed. It is as deep as they are many.
        self._path: list[str | int] = []

    def value(self, value: Any) -> str:
        if len(self._path) >= _DEPTH_MAX:
            raise ValueError(f"{self._name} is more than {_DEPTH_MAX} deep")
        if value is None:
            return "nil"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            if not -(1 << 63) <= value < 1 << 63:
                raise self._no(ValueError, "an integer of more than 64 bits is no value")
            return int.__repr__(value)
        if isinstance(value, float):
            if not _is_finite(value):
                raise self._no(ValueError, f"{value} is no value")
            return _float(value)
        if isinstance(value, str):
            return self._string(value)
        if isinstance(value, (list, tuple)):
            return "".join(["(list", *(f" {self._part(index, item)}" for index, item in enumerate(value)), ")"])
        if isinstance(value, dict):
            # Python compares strings by code points, whose order is that of their bytes in UTF-8.
            keys = sorted(map(self._key, value))
            return "{" + " ".join(f"{self._printed(key)} {self._part(key, value[key])}" for key in keys) + "}"
        if isinstance(value, (Symbol, Keyword)):
            return self._named(value)
        raise self._no(TypeError, f"{type(value).__name__} is no value")

    def _part(self, place: str | int, value: Any) -> str:
        self._path.append(place)
        text = self.value(value)
        self._path.pop()
        return text

    def _string(self, value: str) -> str:
        if _SURROGATE.search(value):
            raise self._no(ValueError, "a text with a lone surrogate is no value")
        return f'"{value.translate(_ESCAPE)}"'

    def _key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise self._no(TypeError, f"{type(key).__name__} is no key")
        # What it holds: a member of an enumeration may print itself otherwise.
        return str.__str__(key)

    def _printed(self, key: str) -> str:
        return f":{key}" if _TOKEN.fullmatch(key) else self._string(key)

    def _named(self, value: Symbol | Keyword) -> str:
        name = value.name
        if not isinstance(name, str):
            raise self._no(TypeError, f"{type(name).__name__} is no name")
        name = str.__str__(name)
        if not _TOKEN.fullmatch(name) or (isinstance(value, Symbol) and _NO_SYMBOL.match(name)):
            raise self._no(ValueError, f"{value!r} would not be read back")
        return f":{name}" if isinstance(value, Keyword) else f"(quote {name})"

    def _no(self, kind: type[Exception], why: str) -> Exception:
        place = "".join(f"[{part!r}]" for part in self._path)
        return kind(f"{self._name}{place}: {why}")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self, depth: int) -> Any:
        if depth > _DEPTH_MAX:
            raise ValueError(f"the text is more than {_DEPTH_MAX} deep")
        if self._takes("{"):
            return self._dict(depth)
        if self._takes("(list"):
            items = []
            while self._takes(" "):
                items.append(self.value(depth + 1))
            self._expect(")")
            return items
        if self._takes("(quote "):
            symbol = Symbol(self._run(_TOKEN))
            self._expect(")")
            if _NO_SYMBOL.match(symbol.name):
                raise self.no()
            return symbol
        if self._takes(":"):
            return Keyword(self._run(_TOKEN))
        if self._text.startswith('"', self.at):
            return self._string()
        for word, value in _CONSTANTS.items():
            if self._takes(word):
                return value
        return self._number()

    def _dict(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        last: str | None = None
        while not self._takes("}"):
            if entries:
                self._expect(" ")
            key = self._key()
            if last is not None and key <= last:
                raise self.no()
            self._expect(" ")
            entries[key] = self.value(depth + 1)
            last = key
        return entries

    def _key(self) -> str:
        if self._takes(":"):
            return self._run(_TOKEN)
        key = self._string()
        if _TOKEN.fullmatch(key):
            raise self.no()
        return key

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if found is None:
            raise self.no()
        self.at = found.end()
        return re.sub(r"\\.", lambda escape: _UNESCAPED[escape[0]], found[1])

    def _number(self) -> int | float:
        text = self._run(_NUMBER)
        if _INTEGER.fullmatch(text):
            # No more digits than 64 bits have, which Python refuses to read from some thousand on.
            if len(text) <= 20 and -(1 << 63) <= int(text) < 1 << 63:
                return int(text)
            raise self.no()
        try:
            number = float(text)
        except ValueError:
            raise self.no() from None
        if not _is_finite(number) or _DIGIT.sub("0", _float(number)) != _DIGIT.sub("0", text):
            raise self.no()
        return number

    def _run(self, of: re.Pattern[str]) -> str:
        found = of.match(self._text, self.at)
        if found is None:
            raise self.no()
        self.at = found.end()
        return found[0]

    def _takes(self, word: str) -> bool:
        is_there = self._text.startswith(word, self.at)
        if is_there:
            self.at += len(word)
        return is_there

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise self.no()

    def no(self) -> ValueError:
        return ValueError(f"no canonical text at character {self.at}")


def _is_finite(value: float) -> bool:
    return value - value == 0


# Of two shortest texts that are equally near, another language may print the other one.
_DIGIT = re.compile("[0-9]")


def _float(value: float) -> str:
    """`1e+16` of Python's is `1e16`, and `1e-05` is `1e-5`."""
    mantissa, has_exponent, exponent = float.__repr__(value).partition("e")
    return f"{mantissa}e{int(exponent)}" if has_exponent else mantissa
