//! What an argument or an answer is where values are no text of WIT: an event is a value, and a name a string.

use crate::contract::{Contract, Function, Operation, Shape, Type};

/// Arguments and fields of text that hold a value.
const VALUES: [&str; 9] =
    ["event", "events", "value", "entry", "entries", "data", "expected", "replacement", "meta"];

/// Functions that answer a value, or a list of them, as text.
const VALUE_ANSWERS: [(&str, &str); 4] =
    [("persist", "read"), ("persist", "kv-get"), ("persist", "record-event"), ("sessions", "read")];

/// Fields of text that hold values, a line each.
const LINES: &str = "lines";

/// What the original answers, where that is less than the function does.
const ANSWERED_NIL: [(&str, &str); 3] =
    [("persist", "append"), ("persist", "truncate"), ("persist", "kv-delete")];

/// What an argument or an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nothing,
    Flag,
    /// `u64`
    Number,
    /// `u32`
    Small,
    /// `s64`
    Signed,
    Text,
    Value,
    /// Values, a line each.
    Lines,
    Bytes,
    List(Box<Kind>),
    /// Nil, or what it holds.
    Optional(Box<Kind>),
    /// A value that may be absent: since nil is a value, a list of one or none in SX.
    OptionalValue,
    Tuple(Vec<Kind>),
    Named(String),
}

/// An operation of `handle-op`, and the function that performs it.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// `persist/map/swap`
    pub(crate) name: String,
    pub(crate) interface: &'a str,
    pub(crate) function: &'a Function,
    pub(crate) answer: Kind,
}

impl Kind {
    /// That of an argument or a field.
    pub(crate) fn of(name: &str, ty: &Type) -> Self {
        match ty {
            Type::String if name == LINES => Self::Lines,
            ty => Self::holding(VALUES.contains(&name), ty),
        }
    }

    fn holding(values: bool, ty: &Type) -> Self {
        let of = |ty| Self::holding(values, ty);
        match ty {
            Type::Unit => Self::Nothing,
            Type::Bool => Self::Flag,
            Type::U32 => Self::Small,
            Type::U64 => Self::Number,
            Type::S64 => Self::Signed,
            Type::String if values => Self::Value,
            Type::String => Self::Text,
            Type::Bytes => Self::Bytes,
            Type::List(item) => Self::List(of(item).into()),
            Type::Option(item) => match of(item) {
                Self::Value => Self::OptionalValue,
                item => Self::Optional(item.into()),
            },
            Type::Tuple(items) => Self::Tuple(items.iter().map(of).collect()),
            Type::Named(name) => Self::Named(name.clone()),
            Type::Result(..) | Type::Resource(_) => panic!("{ty:?} is no argument of an operation"),
        }
    }

    /// That of what a function answers.
    pub(crate) fn of_answer(interface: &str, function: &Function) -> Self {
        let Type::Result(answer, _) = &function.answer else { panic!("{}: no result", function.name) };
        Self::holding(VALUE_ANSWERS.contains(&(interface, &function.name)), answer)
    }

    /// That of what `handle-op` answers for it.
    fn of_dispatched(interface: &str, function: &Function) -> Self {
        match Self::of_answer(interface, function) {
            _ if ANSWERED_NIL.contains(&(interface, &function.name)) => Self::Nothing,
            // The original has nil for a key that is absent.
            Self::OptionalValue => Self::Optional(Self::Value.into()),
            answer => answer,
        }
    }
}

/// The name of a function as an operation.
fn name(interface: &str, function: &str) -> String {
    match (interface, function) {
        // As the seed has them.
        ("persist", "kv-has") => "persist/kv-has?".to_owned(),
        ("blob", "has") => "blob/has?".to_owned(),
        ("persist" | "blob", _) => format!("{interface}/{function}"),
        _ => format!("persist/{}/{function}", interface.trim_end_matches('s')),
    }
}

impl Contract {
    /// The operations, but for those of `batch`, in the order of `wit/`.
    pub(crate) fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let interfaces = self.interfaces.iter().filter(|interface| interface.name != "dispatch");
        interfaces.flat_map(|interface| {
            interface.functions.iter().map(|function| Named {
                name: name(&interface.name, &function.name),
                interface: &interface.name,
                function,
                answer: Kind::of_dispatched(&interface.name, function),
            })
        })
    }

    /// The operations of a transaction that hand over no resource.
    pub(crate) fn gathered(&self) -> impl Iterator<Item = &Operation> {
        let is_plain = |(_, ty): &(String, Type)| !matches!(ty, Type::Resource(_));
        self.operations.iter().filter(move |operation| operation.parameters.iter().all(is_plain))
    }

    /// The named types of arguments of functions, and those that they hold.
    pub(crate) fn named_given(&self) -> Vec<&str> {
        let functions = self.interfaces.iter().flat_map(|interface| &interface.functions);
        let parameters = functions.flat_map(|function| &function.parameters);
        self.named_in(parameters.map(|(name, ty)| Kind::of(name, ty)))
    }

    /// The same of answers.
    pub(crate) fn named_answered(&self) -> Vec<&str> {
        let answers = self.interfaces.iter().flat_map(|interface| {
            interface.functions.iter().map(|function| Kind::of_answer(&interface.name, function))
        });
        self.named_in(answers)
    }

    fn named_in(&self, kinds: impl Iterator<Item = Kind>) -> Vec<&str> {
        let mut found = Vec::new();
        kinds.for_each(|kind| self.add_named(&kind, &mut found));
        found
    }

    fn add_named<'a>(&'a self, kind: &Kind, found: &mut Vec<&'a str>) {
        match kind {
            Kind::Named(name) => {
                let Some((name, shape)) = self.types.get_key_value(name) else { panic!("no type {name}") };
                if found.contains(&name.as_str()) {
                    return;
                }
                found.push(name);
                let fields: Vec<Kind> = match shape {
                    Shape::Record(fields) => fields.iter().map(|(name, ty)| Kind::of(name, ty)).collect(),
                    Shape::Variant(cases) => {
                        cases.iter().filter_map(|(name, ty)| Some(Kind::of(name, ty.as_ref()?))).collect()
                    }
                    Shape::Enum(_) => Vec::new(),
                };
                fields.iter().for_each(|kind| self.add_named(kind, found));
            }
            Kind::List(item) | Kind::Optional(item) => self.add_named(item, found),
            Kind::Tuple(items) => items.iter().for_each(|item| self.add_named(item, found)),
            _ => {}
        }
    }
}
