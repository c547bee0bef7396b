//! Values and texts that the tests draw.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sx::Value;

/// Pieces that mean something to the reader, or nearly.
const PIECES: [&str; 60] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "(list",
    "(list)",
    "(quote",
    "(quote a)",
    "(list ",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\n",
    "\\\"",
    "\\q",
    " ",
    "  ",
    "\n",
    "\t",
    "\r",
    "\u{c}",
    "\u{b}",
    ";",
    "; no\n",
    ":",
    ":k",
    ":-1",
    ":b ",
    "::",
    "a",
    "list",
    "quote",
    "nil",
    "true",
    "false",
    "+1",
    "-",
    "-0",
    "0",
    "7",
    "00",
    ".5",
    "1.",
    "3.0",
    "1e3",
    "1e999",
    "1/3",
    "#",
    "#\\a",
    ",",
    "$",
    "é",
    "☃",
    "\u{0}",
    "9223372036854775808",
    "-9223372036854775808",
];

/// Names that are tokens, or nearly, and some that are more than tokens.
const NAMES: [&str; 26] = [
    "a", "->x", "kv-has?", "list", "quote", "true", "false", "nil", "-1", "+1", "-", "+", "--1", "-.5", "+x",
    "", "1a", ":", ":a", "a:b", "#a", "a#", "a b", "é", "$symbol", "$$a",
];

pub(crate) fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        any::<i32>().prop_map(f64::from),
        select(vec![
            0.0,
            -0.0,
            5e-324,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::MIN,
            1e16,
            1e15,
            1e-5,
            1e-4,
            f64::NAN
        ]),
    ]
}

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..10).prop_map(String::from_iter),
        vec(select(PIECES.to_vec()), 0..4).prop_map(|pieces| pieces.concat()),
        select(NAMES.to_vec()).prop_map(str::to_owned),
    ]
}

fn any_token() -> impl Strategy<Value = String> {
    let tokens: Vec<_> = NAMES.into_iter().filter(|name| sx::is_token(name)).map(str::to_owned).collect();
    prop_oneof!["[a-zA-Z_~*+>=/!?&<-][a-zA-Z0-9_~*+>=/!?&<.:#,-]{0,8}", select(tokens)]
}

/// A token that is a symbol too; what reads as something else gets a letter before it.
fn any_symbol() -> impl Strategy<Value = String> {
    any_token().prop_map(|name| match sx::parse(&name) {
        Ok(Value::Symbol(_)) => name,
        _ => format!("s{name}"),
    })
}

/// Any value that has a text.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    nested(prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any_float().prop_map(|float| Value::Float(if float.is_finite() { float } else { 0.5 })),
        any_text().prop_map(Value::String),
        any_symbol().prop_map(Value::Symbol),
        any_token().prop_map(Value::Keyword),
    ])
}

/// Any value that a program can build.
pub(crate) fn any_hostile_value() -> impl Strategy<Value = Value> {
    nested(prop_oneof![
        4 => Just(Value::Nil),
        1 => any_float().prop_map(Value::Float),
        1 => any_text().prop_map(Value::Symbol),
        1 => any_text().prop_map(Value::Keyword),
    ])
}

fn nested(leaf: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::List),
            btree_map(prop_oneof![any_text(), any_token()], inner, 0..6).prop_map(Value::Dict),
        ]
    })
}

/// Texts made of pieces, most of them wrong.
pub(crate) fn any_source() -> impl Strategy<Value = String> {
    vec(select(PIECES.to_vec()), 0..16).prop_map(|pieces| pieces.concat())
}

/// Texts that are canonical but for up to three edits.
pub(crate) fn nearly_canonical() -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), any::<bool>(), prop_oneof![Just(""), select(PIECES.to_vec())]);
    (any_value(), vec(edit, 0..4)).prop_map(|(value, edits)| {
        let mut text: Vec<char> = sx::print(&value).unwrap().chars().collect();
        for (place, replaces, piece) in edits {
            let start = place.index(text.len() + 1);
            let end = text.len().min(start + usize::from(replaces || piece.is_empty()));
            text.splice(start..end, piece.chars());
        }
        String::from_iter(text)
    })
}

/// Texts that hold a value as a person, or a careless program, might write it: a few of them canonical, some
/// not to be read at all.
pub(crate) fn carelessly_written() -> impl Strategy<Value = String> {
    (any_value(), vec(0..16_u8, 1..40))
        .prop_map(|(value, choices)| write_carelessly(&value, &mut choices.into_iter().cycle()))
}

fn write_carelessly(value: &Value, choices: &mut impl Iterator<Item = u8>) -> String {
    let choice = choices.next();
    match value {
        Value::String(text) => write_string_carelessly(text, choice),
        Value::Symbol(name) => match choice {
            Some(0) => name.clone(),
            Some(1) => format!("'{name}"),
            Some(2) => format!("(quote  {name})"),
            Some(3) => "(quote nil)".to_owned(),
            _ => format!("(quote {name})"),
        },
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| write_carelessly(item, choices)).collect();
            match choice {
                Some(0) => format!("[{}]", items.join(" ")),
                Some(1) => format!("({})", items.join(" ")),
                Some(2) => format!("(list {})", items.join(" ")),
                Some(3) => format!("(list {})", items.join("  ")),
                _ if items.is_empty() => "(list)".to_owned(),
                _ => format!("(list {})", items.join(" ")),
            }
        }
        Value::Dict(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|entry| write_entry_carelessly(entry, choices)).collect();
            match (choice, entries.first().cloned()) {
                (Some(0), _) => entries.reverse(),
                (Some(1), Some(first)) => entries.insert(0, first),
                (Some(2), Some(first)) => entries.push(first),
                _ => {}
            }
            format!("{{{}}}", entries.join(" "))
        }
        atom => sx::print(atom).unwrap(),
    }
}

fn write_entry_carelessly((key, value): (&String, &Value), choices: &mut impl Iterator<Item = u8>) -> String {
    let key = match choices.next() {
        Some(4) => write_string_carelessly(key, None),
        Some(5) => key.clone(),
        Some(6) => format!(":{key}"),
        _ if sx::is_token(key) => format!(":{key}"),
        choice => write_string_carelessly(key, choice),
    };
    format!("{key} {}", write_carelessly(value, choices))
}

fn write_string_carelessly(text: &str, choice: Option<u8>) -> String {
    match choice {
        Some(0) => format!("\"{text}\""),
        Some(1) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Some(2) => format!("{text:?}"),
        _ => sx::print(&Value::from(text)).unwrap(),
    }
}

/// Texts that are numbers, or nearly.
pub(crate) fn any_number_like() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{0,3}\\.?[0-9]{0,6}",
        "-?0\\.0{1,6}[0-9]{0,3}",
        "[+-]?[0-9]{1,20}\\.[0-9]{1,20}",
        "-?[0-9]{1,2}(\\.[0-9]{1,3})?[eE][+-]?[0-9]{1,3}",
        "-?[0-9]{17,20}",
        any_float().prop_map(|float| format!("{float:?}")),
        any_float().prop_map(|float| format!("{float}")),
        any_float().prop_map(|float| format!("{float:e}")),
    ]
}

/// Equality down to the bits of floats, which `==` does not look at.
pub(crate) fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => left.to_bits() == right.to_bits(),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Value::Dict(left), Value::Dict(right)) => {
            left.keys().eq(right.keys())
                && left.values().zip(right.values()).all(|(left, right)| is_same(left, right))
        }
        (left, right) => left == right,
    }
}
