//! How an argument is taken out of SX text, and an answer put into it, as expressions in Rust.

use crate::contract::{Contract, Shape};
use crate::kind::Kind;
use crate::rust::{camel, snake};

/// Types of the core that are named otherwise than in WIT.
const TYPES: [(&str, &str); 9] = [
    ("name-page", "Page<String>"),
    ("entry-page", "Page<(String, String)>"),
    ("ref-page", "Page<(String, String)>"),
    ("key-page", "Page<Vec<u8>>"),
    ("map-page", "Page<MapItem>"),
    ("usage-page", "Page<Usage>"),
    ("entry", "(String, String)"),
    ("ref-entry", "(String, String)"),
    ("counter", "(&str, u64)"),
];

/// Fields of theirs that are.
const FIELDS: [(&str, &str, &str); 11] = [
    ("name-page", "names", "items"),
    ("entry-page", "entries", "items"),
    ("ref-page", "refs", "items"),
    ("key-page", "keys", "items"),
    ("entry", "key", "0"),
    ("entry", "value", "1"),
    ("ref-entry", "name", "0"),
    ("ref-entry", "hash", "1"),
    ("counter", "name", "0"),
    ("counter", "value", "1"),
    ("damage", "offset", "offset_bytes"),
];

/// A field of theirs that is lent.
const LENT: (&str, &str) = ("counter", "name");

/// What performs the operations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Engine,
    Middleware,
}

impl On {
    pub(crate) fn ty(self, name: &str) -> String {
        let renamed = TYPES.iter().find(|(of, _)| self == Self::Engine && *of == name);
        renamed.map_or_else(|| camel(name), |(_, ty)| (*ty).to_owned())
    }

    fn field(self, of: &str, name: &str) -> String {
        let renamed =
            FIELDS.iter().find(|(ty, field, _)| self == Self::Engine && (*ty, *field) == (of, name));
        renamed.map_or_else(|| snake(name), |(_, _, field)| (*field).to_owned())
    }
}

/// An expression for what an argument is, of an argument that is lent.
pub(crate) fn take(kind: &Kind, from: &str) -> String {
    match kind {
        Kind::OptionalValue => format!("{from}.optional_value()?"),
        Kind::List(item) => format!("{from}.list({})?", taking(item)),
        Kind::Optional(item) => format!("{from}.optional({})?", taking(item)),
        Kind::Tuple(_) => format!("({})({from})?", taking(kind)),
        Kind::Named(name) => format!("take_{}(&{from})?", snake(name)),
        _ => format!("{from}.{}()?", taker(kind)),
    }
}

/// The same as a function of a lent argument, which answers a result.
fn taking(kind: &Kind) -> String {
    match kind {
        Kind::Named(name) => format!("take_{}", snake(name)),
        Kind::Tuple(items) => {
            let names: Vec<_> = (0..items.len()).map(|at| format!("part_{at}")).collect();
            let taken: Vec<_> = items.iter().zip(&names).map(|(item, name)| take(item, name)).collect();
            format!(
                "|item| {{
                    let items = item.items()?;
                    let [{}] = &items[..] else {{ return Err(item.no_case()) }};
                    Ok(({}))
                }}",
                names.join(", "),
                taken.join(", ")
            )
        }
        Kind::List(_) | Kind::Optional(_) | Kind::OptionalValue => {
            format!("|item| Ok({})", take(kind, "item"))
        }
        _ => format!("Argument::{}", taker(kind)),
    }
}

fn taker(kind: &Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Small => "small",
        Kind::Signed => "signed",
        Kind::Text => "text",
        Kind::Value => "value",
        Kind::Bytes => "bytes",
        other => panic!("{other:?} is no argument yet"),
    }
}

/// A statement that puts what an expression is, of a value or of one that is lent.
pub(crate) fn put(kind: &Kind, value: &str) -> String {
    match kind {
        Kind::Nothing => format!("{value}; answer.nil();"),
        Kind::Flag => format!("answer.flag({value});"),
        Kind::Small => format!("answer.number(u64::from({value}));"),
        Kind::Number => format!("answer.number({value});"),
        Kind::Signed => format!("answer.signed({value});"),
        Kind::Text => format!("answer.text(&{value});"),
        Kind::Value => format!("answer.value(&{value});"),
        Kind::Lines => format!("answer.lines(&{value});"),
        Kind::Bytes => format!("answer.bytes(&{value});"),
        Kind::Named(name) => format!("put_{}(answer, &{value});", snake(name)),
        Kind::List(item) => format!("answer.list(&{value}, |answer, item| {{ {} }});", put_lent(item)),
        Kind::OptionalValue => format!("answer.optional_value({value}.as_deref());"),
        Kind::Optional(item) if **item == Kind::Value => {
            format!("answer.optional({value}.as_deref(), Answer::value);")
        }
        Kind::Optional(item) => {
            format!("answer.optional({value}.as_ref(), |answer, item| {{ {} }});", put_lent(item))
        }
        Kind::Tuple(_) => panic!("a tuple is no answer yet"),
    }
}

/// The same of `item`, which is a reference.
fn put_lent(kind: &Kind) -> String {
    match kind {
        Kind::Named(name) => format!("put_{}(answer, item);", snake(name)),
        Kind::Text => "answer.text(item);".to_owned(),
        Kind::Value => "answer.value(item);".to_owned(),
        Kind::Bytes => "answer.bytes(item);".to_owned(),
        Kind::Flag | Kind::Small | Kind::Number | Kind::Signed => put(kind, "*item"),
        _ => put(kind, "item"),
    }
}

pub(crate) fn take_type(contract: &Contract, name: &str) -> String {
    let ty = camel(name);
    let body = match &contract.types[name] {
        Shape::Record(fields) => {
            let names: Vec<_> = fields.iter().map(|(name, _)| snake(name)).collect();
            let quoted: Vec<_> = fields.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let taken: String = fields
                .iter()
                .map(|(name, ty)| format!("{0}: {1}, ", snake(name), take(&Kind::of(name, ty), &snake(name))))
                .collect();
            format!(
                "let [{}] = from.fields([{}])?;
                Ok({ty} {{ {taken} }})",
                names.join(", "),
                quoted.join(", ")
            )
        }
        Shape::Variant(cases) => {
            let arms: String = cases
                .iter()
                .map(|(case, held)| match held {
                    None => format!("(\"{case}\", None) => {ty}::{},\n", camel(case)),
                    Some(held) => format!(
                        "(\"{case}\", Some(held)) => {ty}::{}({}),\n",
                        camel(case),
                        take(&Kind::of(case, held), "held")
                    ),
                })
                .collect();
            format!(
                "let (case, held) = from.case()?;
                Ok(match (&case[..], held) {{ {arms} _ => return Err(from.no_case()) }})"
            )
        }
        Shape::Enum(cases) => {
            let arms: String =
                cases.iter().map(|case| format!("\"{case}\" => {ty}::{},\n", camel(case))).collect();
            format!("Ok(match &from.text()?[..] {{ {arms} _ => return Err(from.no_case()) }})")
        }
    };
    format!("\nfn take_{}(from: &Argument<'_>) -> Result<{ty}> {{ {body} }}\n", snake(name))
}

pub(crate) fn put_type(contract: &Contract, on: On, name: &str) -> String {
    let Shape::Record(fields) = &contract.types[name] else { panic!("{name} is no answer yet") };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| name);
    let parts: String = fields
        .iter()
        .map(|(field, ty)| {
            let value = format!("it.{}", on.field(name, field));
            let put = match on == On::Engine && LENT == (name, field.as_str()) {
                true => format!("answer.text({value});"),
                false => put(&Kind::of(field, ty), &value),
            };
            format!("answer.key(\"{field}\");\n {put}\n")
        })
        .collect();
    format!(
        "\nfn put_{}(answer: &mut Answer, it: &{}) {{ answer.begin(); {parts} answer.end(); }}\n",
        snake(name),
        on.ty(name)
    )
}
