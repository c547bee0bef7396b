//! The methods of the package in Python.

use crate::contract::{Contract, Fields, Shape, Type};
use crate::kind::Kind;
use crate::native::{self, Cases, Default, Gathered, Method, default, is_counters, lines};
use crate::rust::{camel, snake};

const HEAD: &str = r#""""A method for each function of `wit/`, which says more of each: its shape, its cost and its errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from wasmtime.component import Record, Variant

from . import answered, given
from .gathered import Gathered
from .given import Absent, Data
from .sx import Value, loads
from .writer import writer
"#;

const CLASS: &str = r#"

class Operations(ABC):
    """The functions of `wit/`, with what is native to Python on both sides. What is of the wrong type reaches no component."""

    @abstractmethod
    def _ask(self, interface: str, function: str, *arguments: Any) -> Any:
        """Calls a function that neither writes nor syncs."""

    @abstractmethod
    def _tell(self, interface: str, function: str, *arguments: Any) -> Any:
        """Calls any other."""
"#;

/// `examples/python/src/sx_persist/operations.py`
pub(crate) fn operations(contract: &Contract) -> String {
    let (taken, put) = (contract.named_given(), contract.named_answered());
    let records: String = contract
        .types
        .keys()
        .map(String::as_str)
        .filter(|name| taken.contains(name) || (put.contains(name) && *name != "counter"))
        .map(|name| class(contract, name, taken.contains(&name)))
        .collect();
    let aliases: String = taken.iter().map(|name| alias(contract, name)).collect();
    let takers: String = taken.iter().map(|name| taker(contract, name)).collect();
    let putters: String =
        put.iter().filter(|name| **name != "counter").map(|name| putter(contract, name)).collect();
    let methods: String = contract
        .called()
        .map(|interface| {
            let methods: String =
                Method::all(interface).map(|method| format!("\n{}", self::method(&method))).collect();
            format!("\n    # {}.\n{methods}", camel(&interface.name))
        })
        .collect();
    format!(
        "{HEAD}{records}\n{aliases}{takers}{putters}\n\n{}\n{}{CLASS}{methods}",
        table("OPERATIONS", "The operations of a transaction.", contract.all_operations()),
        table("QUESTIONS", "The questions of reads.", contract.all_questions()),
    )
}

fn names(fields: &Fields) -> impl Iterator<Item = (String, Kind)> {
    fields.iter().map(|(name, ty)| (snake(name), Kind::of(name, ty)))
}

/// `bytes` is the name of a type.
fn parameter(name: &str) -> String {
    match name {
        "bytes" => "data".to_owned(),
        _ => snake(name),
    }
}

/// The type of what is given.
fn given(kind: &Kind) -> String {
    match kind {
        Kind::Bytes => "Data".to_owned(),
        Kind::Value => "Value".to_owned(),
        Kind::List(item) => format!("Iterable[{}]", given(item)),
        Kind::OptionalValue => "Value | Absent".to_owned(),
        Kind::Optional(item) => format!("{} | None", given(item)),
        Kind::Tuple(items) => format!("tuple[{}]", items.iter().map(given).collect::<Vec<_>>().join(", ")),
        other => answered(other),
    }
}

/// The type of what is answered.
fn answered(kind: &Kind) -> String {
    match kind {
        Kind::Nothing => "None".to_owned(),
        Kind::Flag => "bool".to_owned(),
        Kind::Number | Kind::Small | Kind::Signed => "int".to_owned(),
        Kind::Text => "str".to_owned(),
        Kind::Value => "Any".to_owned(),
        Kind::Lines => "list[Any]".to_owned(),
        Kind::Bytes => "bytes".to_owned(),
        kind if is_counters(kind) => "dict[str, int]".to_owned(),
        Kind::List(item) => format!("list[{}]", answered(item)),
        Kind::OptionalValue => "Any".to_owned(),
        Kind::Optional(item) => format!("{} | None", answered(item)),
        Kind::Tuple(_) => panic!("a tuple is no answer yet"),
        Kind::Named(name) => camel(name),
    }
}

/// A function that makes of a name and what is given for it what the component takes.
fn takes(kind: &Kind) -> String {
    native::takes(kind, "given.optional_value", |name| format!("_take_{}", snake(name)))
}

/// A function that makes of what the component answers what the caller gets.
fn puts(kind: &Kind) -> String {
    match kind {
        Kind::Value => "loads".to_owned(),
        Kind::Lines => "answered.lines".to_owned(),
        kind if is_counters(kind) => "answered.counters".to_owned(),
        Kind::List(item) => format!("answered.items({})", puts(item)),
        Kind::OptionalValue => "answered.optional_value".to_owned(),
        Kind::Optional(item) => format!("answered.optional({})", puts(item)),
        Kind::Named(name) => format!("_put_{}", snake(name)),
        plain => answered(plain),
    }
}

fn taken(name: &str, ty: &Type) -> String {
    let name = parameter(name);
    format!("{}(\"{name}\", {name})", takes(&Kind::of(&name, ty)))
}

fn docstring(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let lines = lines(text, indent + 3);
    match &lines[..] {
        [line] => format!("{margin}\"\"\"{line}\"\"\"\n"),
        _ => format!("{margin}\"\"\"{}\n{margin}\"\"\"\n", lines.join(&format!("\n{margin}"))),
    }
}

fn class(contract: &Contract, name: &str, is_given: bool) -> String {
    let head = |name: &str, summary: &str| {
        format!("\n\n@dataclass(frozen=True)\nclass {}:\n{}\n", camel(name), docstring(summary, 4))
    };
    match &contract.types[name] {
        Shape::Record(fields) => {
            let fields: String = names(fields)
                .map(|(name, kind)| match (is_given, &kind) {
                    (false, _) => format!("    {name}: {}\n", answered(&kind)),
                    (true, Kind::Optional(_) | Kind::OptionalValue) => {
                        format!("    {name}: {} = None\n", given(&kind))
                    }
                    (true, Kind::Bytes) if name == "prefix" => {
                        format!("    {name}: {} = b\"\"\n", given(&kind))
                    }
                    (true, _) => format!("    {name}: {}\n", given(&kind)),
                })
                .collect();
            head(name, &contract.summaries[name]) + &fields
        }
        Shape::Variant(cases) => {
            let Cases { holding, .. } = Cases::of(cases);
            if holding.len() < 2 {
                return String::new();
            }
            let cases = holding.into_iter().map(|(case, ty)| {
                let summary = format!("The case `{case}` of `{}`.", camel(name));
                format!("{}    {}: {}\n", head(case, &summary), HELD, given(&Kind::of(case, ty)))
            });
            cases.collect()
        }
        Shape::Enum(_) => String::new(),
    }
}

/// The field of a case that is a class.
const HELD: &str = "place";

fn alias(contract: &Contract, name: &str) -> String {
    let ty = match &contract.types[name] {
        Shape::Record(_) => return String::new(),
        Shape::Enum(cases) => literal(cases),
        Shape::Variant(cases) => {
            let Cases { words, holding } = Cases::of(cases);
            let held = match &holding[..] {
                [(case, ty)] => given(&Kind::of(case, ty)),
                _ => holding.iter().map(|(case, _)| camel(case)).collect::<Vec<_>>().join(" | "),
            };
            format!("{} | {held}", literal(&words))
        }
    };
    format!("\n{}: TypeAlias = {ty}\n{}", camel(name), docstring(&contract.summaries[name], 0))
}

fn literal(words: &[impl AsRef<str>]) -> String {
    format!("Literal[{}]", quoted(words))
}

fn quoted(words: &[impl AsRef<str>]) -> String {
    words.iter().map(|word| format!("\"{}\"", word.as_ref())).collect::<Vec<_>>().join(", ")
}

fn taker(contract: &Contract, name: &str) -> String {
    let body = match &contract.types[name] {
        Shape::Record(fields) => {
            let taken: String = fields
                .iter()
                .map(|(part, ty)| {
                    let (own, kind) = (snake(part), Kind::of(part, ty));
                    format!("    record.{own} = {}(f\"{{name}}.{own}\", native.{own})\n", takes(&kind))
                })
                .collect();
            format!(
                "    if not isinstance(native, {0}):
        raise given.no(name, native, \"{0}\")
    record: Any = Record()
{taken}    return record\n",
                camel(name)
            )
        }
        Shape::Enum(cases) => {
            format!("    return given.word(name, native, {})\n", quoted(cases))
        }
        Shape::Variant(cases) => take_variant(Cases::of(cases)),
    };
    format!("\n\ndef _take_{}(name: str, native: Any) -> Any:\n{body}", snake(name))
}

fn take_variant(Cases { words, holding }: Cases<'_>) -> String {
    // wasmtime has a value bare where its type tells the case.
    let is_bare = words.len() < 2 && holding.len() < 2;
    let made = |case: &str, held: String| match is_bare {
        true => held,
        false => format!("Variant(\"{case}\", {held})"),
    };
    let word = if is_bare { "None" } else { "Variant(native)" };
    let words = quoted(&words);
    if let [(case, ty)] = &holding[..] {
        let held = format!("{}(name, native)", takes(&Kind::of(case, ty)));
        return format!(
            "    if isinstance(native, str):
        given.word(name, native, {words})
        return {word}
    return {}\n",
            made(case, held)
        );
    }
    let cases: String = holding
        .iter()
        .map(|(case, ty)| {
            let held = format!("{}(name, native.{HELD})", takes(&Kind::of(case, ty)));
            format!("    if isinstance(native, {}):\n        return {}\n", camel(case), made(case, held))
        })
        .collect();
    format!("{cases}    given.word(name, native, {words})\n    return {word}\n")
}

fn putter(contract: &Contract, name: &str) -> String {
    let Shape::Record(fields) = &contract.types[name] else { panic!("{name} is no answer yet") };
    let parts: Vec<_> = fields
        .iter()
        .map(|(part, ty)| {
            let from = match part.contains('-') {
                true => format!("getattr(record, \"{part}\")"),
                false => format!("record.{part}"),
            };
            format!("{}={}", snake(part), put(&Kind::of(part, ty), &from))
        })
        .collect();
    format!(
        "\n\ndef _put_{}(record: Any) -> {}:\n{}",
        snake(name),
        camel(name),
        bracketed(&format!("return {}(", camel(name)), &parts, ")", 4)
    )
}

/// What is plain in both is handed on.
fn put(kind: &Kind, from: &str) -> String {
    match kind {
        Kind::Flag | Kind::Number | Kind::Small | Kind::Signed | Kind::Text | Kind::Bytes => from.to_owned(),
        Kind::Optional(item) if put(item, from) == from => from.to_owned(),
        _ => format!("{}({from})", puts(kind)),
    }
}

fn method(method: &Method<'_>) -> String {
    let parameters = &method.function.parameters;
    let required = parameters.len() - method.defaults();
    let declared = parameters.iter().enumerate().map(|(index, (name, ty))| {
        let kind = Kind::of(name, ty);
        let declared = format!("{}: {}", parameter(name), given(&kind));
        match default(name, &kind).filter(|_| index >= required) {
            None => declared,
            Some(Default::Nothing) => declared + " = None",
            Some(Default::Empty) => declared + " = \"\"",
            Some(Default::Page) => declared + " = 65_536",
            Some(Default::Word(word)) => format!("{declared} = \"{word}\""),
            Some(Default::Record) => format!("{declared} = {}()", given(&kind)),
        }
    });
    let mut declared: Vec<_> = std::iter::once("self".to_owned()).chain(declared).collect();
    let may_be_absent = method.answer == Kind::OptionalValue;
    if may_be_absent {
        declared.push("default: Any = None".to_owned());
    }
    let names = [method.interface, &method.function.name].map(|name| format!("\"{name}\""));
    let arguments: Vec<_> =
        names.into_iter().chain(parameters.iter().map(|(name, ty)| taken(name, ty))).collect();
    let call = if method.asks { "self._ask(" } else { "self._tell(" };
    let body = match &method.answer {
        Kind::Nothing => bracketed(call, &arguments, ")", 8),
        _ if may_be_absent => {
            bracketed(&format!("text = {call}"), &arguments, ")", 8)
                + "        return default if text is None else loads(text)\n"
        }
        answer => bracketed(&format!("return {}({call}", puts(answer)), &arguments, "))", 8),
    };
    let mut summary = method.function.summary.clone();
    if may_be_absent {
        summary.push_str(" `default` where it is absent.");
    }
    format!(
        "{}{}{body}",
        bracketed(
            &format!("def {}(", snake(&method.name)),
            &declared,
            &format!(") -> {}:", answered(&method.answer)),
            4
        ),
        docstring(&summary, 8)
    )
}

fn table<'a>(name: &str, summary: &str, rows: impl Iterator<Item = Gathered<'a>>) -> String {
    let rows: String = rows
        .map(|row| {
            let parameters: Vec<_> = row
                .parameters
                .iter()
                .map(|(name, ty)| {
                    let takes = match ty {
                        Type::Resource(_) => "writer".to_owned(),
                        _ => takes(&Kind::of(name, ty)),
                    };
                    format!("(\"{}\", {takes})", parameter(name))
                })
                .collect();
            let answer = match row.accessor() {
                None => ["None".to_owned(), "None".to_owned()],
                Some(accessor) => [format!("\"{accessor}\""), puts(&row.answer)],
            };
            let parts: Vec<_> = answer.into_iter().chain(parameters).collect();
            bracketed(&format!("\"{}\": Gathered(", row.name), &parts, "),", 4)
        })
        .collect();
    format!("{name}: dict[str, Gathered] = {{\n{rows}}}\n{}", docstring(summary, 0))
}

fn bracketed(head: &str, parts: &[String], tail: &str, indent: usize) -> String {
    native::bracketed(head, parts, tail, indent, 4)
}
