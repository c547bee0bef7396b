//! Types and expressions of WIT in Rust.

use crate::contract::{Contract, Fields, Function, Interface, Shape, Type};
use std::collections::BTreeSet;

/// `kv-put` as `kv_put`.
pub(crate) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `kv-put` as `KvPut`.
pub(crate) fn camel(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The type of a value that one has.
pub(crate) fn owned(ty: &Type) -> String {
    match ty {
        Type::Unit => "()".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::S64 => "i64".to_owned(),
        Type::String => "String".to_owned(),
        Type::Bytes => "Vec<u8>".to_owned(),
        Type::List(item) => format!("Vec<{}>", owned(item)),
        Type::Option(item) => format!("Option<{}>", owned(item)),
        Type::Tuple(items) => format!("({})", items.iter().map(owned).collect::<Vec<_>>().join(", ")),
        Type::Result(ok, error) => format!("Result<{}, {}>", owned(ok), owned(error)),
        Type::Named(name) => camel(name),
        Type::Resource(name) => panic!("the resource {name} is handed over by hand"),
    }
}

impl Contract {
    /// Is it handed over by value, as numbers are, and what is made of numbers alone?
    pub(crate) fn is_copied(&self, ty: &Type) -> bool {
        match ty {
            Type::Unit | Type::Bool | Type::U32 | Type::U64 | Type::S64 => true,
            Type::Option(item) => self.is_copied(item),
            Type::Named(name) => match self.types.get(name) {
                Some(Shape::Record(fields)) => fields.iter().all(|(_, ty)| self.is_copied(ty)),
                Some(Shape::Variant(cases)) => {
                    cases.iter().all(|(_, held)| held.as_ref().is_none_or(|held| self.is_copied(held)))
                }
                Some(Shape::Enum(_)) => true,
                None => false,
            },
            _ => false,
        }
    }

    /// The type of a parameter that is lent.
    pub(crate) fn lent(&self, ty: &Type) -> String {
        match ty {
            copied if self.is_copied(copied) => owned(copied),
            Type::String => "&str".to_owned(),
            Type::Bytes => "&[u8]".to_owned(),
            Type::List(item) => format!("&[{}]", owned(item)),
            Type::Option(item) => format!("Option<{}>", self.lent(item)),
            other => format!("&{}", owned(other)),
        }
    }

    /// Lends a variable that is owned.
    pub(crate) fn lend(&self, name: &str, ty: &Type) -> String {
        match ty {
            copied if self.is_copied(copied) => name.to_owned(),
            Type::Option(_) => format!("{name}.as_deref()"),
            _ => format!("&{name}"),
        }
    }

    /// The arguments of a call below, lent.
    pub(crate) fn lend_all(&self, parameters: &Fields) -> String {
        parameters.iter().map(|(name, ty)| self.lend(&snake(name), ty)).collect::<Vec<_>>().join(", ")
    }

    /// How many bytes of text and data a value has, as an expression; none if it never has any.
    pub(crate) fn bytes(&self, value: &str, ty: &Type, is_owned: bool) -> Option<String> {
        match ty {
            Type::String | Type::Bytes => Some(format!("{value}.len()")),
            Type::List(item) => {
                Some(format!("{value}.iter().map({}).sum::<usize>()", self.bytes_of(item, true)?))
            }
            Type::Option(item) => {
                let borrow = if is_owned { ".as_ref()" } else { "" };
                Some(format!("{value}{borrow}.map_or(0, {})", self.bytes_of(item, is_owned)?))
            }
            Type::Tuple(items) => {
                let parts = items.iter().enumerate();
                sum(parts.filter_map(|(at, item)| self.bytes(&format!("{value}.{at}"), item, true)))
            }
            Type::Named(name) => match self.types.get(name)? {
                Shape::Record(fields) => self.bytes_of_fields(&format!("{value}."), fields, true),
                Shape::Variant(cases) => {
                    let sized = cases.iter().filter_map(|(case, held)| {
                        let bytes = self.bytes("held", held.as_ref()?, true)?;
                        Some(format!("{}::{}(held) => {bytes},", camel(name), camel(case)))
                    });
                    let arms = sized.collect::<String>();
                    (!arms.is_empty()).then(|| format!("match {value} {{ {arms} _ => 0 }}"))
                }
                Shape::Enum(_) => None,
            },
            _ => None,
        }
    }

    /// The bytes of several values together; `prefix` stands before each name.
    pub(crate) fn bytes_of_fields(&self, prefix: &str, fields: &Fields, is_owned: bool) -> Option<String> {
        let parts = fields.iter();
        sum(parts.filter_map(|(name, ty)| self.bytes(&format!("{prefix}{}", snake(name)), ty, is_owned)))
    }

    /// The same as a function of a reference to it.
    fn bytes_of(&self, ty: &Type, is_owned: bool) -> Option<String> {
        match (ty, is_owned) {
            (Type::String, true) => Some("String::len".to_owned()),
            (Type::String, false) => Some("str::len".to_owned()),
            (Type::Bytes, true) => Some("Vec::len".to_owned()),
            (Type::Bytes, false) => Some("<[u8]>::len".to_owned()),
            (Type::Tuple(items), _) => {
                let names: Vec<_> = (0..items.len()).map(|at| format!("part_{at}")).collect();
                let parts = items.iter().zip(&names).filter_map(|(item, name)| self.bytes(name, item, true));
                Some(format!("|({})| {}", names.join(", "), sum(parts)?))
            }
            _ => Some(format!("|item| {}", self.bytes("item", ty, true)?)),
        }
    }
}

fn sum(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" + "))
}

/// The named types in a type.
pub(crate) fn names<'a>(ty: &'a Type, found: &mut BTreeSet<&'a str>) {
    match ty {
        Type::Named(name) => {
            found.insert(name);
        }
        Type::List(item) | Type::Option(item) => names(item, found),
        Type::Tuple(items) => items.iter().for_each(|item| names(item, found)),
        Type::Result(ok, error) => {
            names(ok, found);
            names(error, found);
        }
        _ => {}
    }
}

/// The named types of these interfaces, as a list for a `use`.
pub(crate) fn types_of<'a>(interfaces: impl IntoIterator<Item = &'a Interface>) -> String {
    let mut used = BTreeSet::new();
    for function in interfaces.into_iter().flat_map(|interface| &interface.functions) {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
        names(&function.answer, &mut used);
    }
    listed(used)
}

/// The head of a function that takes what it is given, and answers as WIT has it.
pub(crate) fn signature(function: &Function) -> String {
    let parameters: Vec<_> =
        function.parameters.iter().map(|(name, ty)| format!("{}: {}", snake(name), owned(ty))).collect();
    format!("fn {}({}) -> {}", snake(&function.name), parameters.join(", "), owned(&function.answer))
}

/// A list of names for a `use`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(camel).collect::<Vec<_>>().join(", ")
}
