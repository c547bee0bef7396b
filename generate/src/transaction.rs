//! The operations of a transaction: as Rust has them, as bytes, and the methods that gather them.

use crate::contract::{Contract, Operation, Type};
use crate::rust::{camel, listed, names, owned, snake};
use std::collections::BTreeSet;

/// The type of an argument in an operation: a writer is the place of one.
fn field(ty: &Type) -> String {
    match ty {
        Type::Resource(_) => "u32".to_owned(),
        other => owned(other),
    }
}

fn fields(operation: &Operation) -> String {
    operation.parameters.iter().map(|(name, _)| snake(name)).collect::<Vec<_>>().join(", ")
}

/// `wire/src/op.rs`
pub(crate) fn op(contract: &Contract) -> String {
    let cases: String = contract.operations.iter().map(case).collect();
    let numbered = || contract.operations.iter().zip(1_u32..);
    let put: String = numbered().map(|(operation, number)| put(operation, number)).collect();
    let take: String = numbered().map(|(operation, number)| take(operation, number)).collect();
    format!(
        "//! The operations of a transaction.

        use crate::expect::{{{}}};
        use crate::part::{{Malformed, Part, Put}};

        /// An operation; a method of `batch.transaction`.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = \"each field is the parameter of the method\")]
        pub enum Op {{ {cases} }}

        impl Op {{
            /// Text and bytes that the operation carries.
            #[must_use]
            pub fn bytes(&self) -> usize {{
                match self {{ {} }}
            }}

            /// Writes its number and its arguments.
            #[expect(clippy::too_many_lines, reason = \"an arm an operation\")]
            pub(crate) fn put(&self, out: &mut Vec<u8>) {{
                match self {{ {put} }}
            }}

            /// Reads the arguments of the operation with this number.
            #[expect(clippy::too_many_lines, reason = \"an arm an operation\")]
            pub(crate) fn take(number: u8, from: &mut &[u8]) -> Result<Self, Malformed> {{
                Ok(match number {{
                    {take}
                    number => return Err(Malformed::Unknown {{ what: \"operation\", number }}),
                }})
            }}
        }}",
        listed(arguments(contract)),
        bytes(contract)
    )
}

fn case(operation: &Operation) -> String {
    let fields: String =
        operation.parameters.iter().map(|(name, ty)| format!("{}: {}, ", snake(name), field(ty))).collect();
    let name = &operation.name;
    let alone = operation.function.as_ref().map_or_else(|| format!("transaction.{name}"), Clone::clone);
    format!("/// `{alone}`\n{} {{ {fields} }},\n", camel(name))
}

fn put(operation: &Operation, number: u32) -> String {
    let puts: String =
        operation.parameters.iter().map(|(name, _)| format!("{}.put(out);", snake(name))).collect();
    format!(
        "Self::{} {{ {} }} => {{ out.push({number}); {puts} }}\n",
        camel(&operation.name),
        fields(operation)
    )
}

fn take(operation: &Operation, number: u32) -> String {
    let takes: String = operation
        .parameters
        .iter()
        .map(|(name, _)| format!("{}: Part::take(from)?, ", snake(name)))
        .collect();
    format!("{number} => Self::{} {{ {takes} }},\n", camel(&operation.name))
}

/// An arm for all operations with the same names and sum.
fn bytes(contract: &Contract) -> String {
    let mut arms: Vec<(String, Vec<String>)> = Vec::new();
    for operation in &contract.operations {
        let sum = contract.bytes_of_fields("", &operation.parameters, true).unwrap_or_else(|| "0".to_owned());
        let is_sized = |ty| contract.bytes("it", ty, true).is_some();
        let sized = operation.parameters.iter().filter(|(_, ty)| is_sized(ty));
        let bound: String = sized.clone().map(|(name, _)| format!("{}, ", snake(name))).collect();
        let rest = if sized.count() < operation.parameters.len() { ".." } else { "" };
        let pattern = format!("Self::{} {{ {bound}{rest} }}", camel(&operation.name));
        match arms.iter_mut().find(|(other, _)| *other == sum) {
            Some((_, patterns)) => patterns.push(pattern),
            None => arms.push((sum, vec![pattern])),
        }
    }
    arms.iter().map(|(sum, patterns)| format!("{} => {sum},\n", patterns.join(" | "))).collect()
}

/// The case of an operation, of variables that are named as its arguments.
fn made(operation: &Operation) -> String {
    let fields: Vec<_> = operation
        .parameters
        .iter()
        .map(|(name, ty)| match ty {
            Type::Named(_) => format!("{0}: {0}.into()", snake(name)),
            _ => snake(name),
        })
        .collect();
    format!("Op::{} {{ {} }}", camel(&operation.name), fields.join(", "))
}

/// The types that the methods name, for a `use`.
pub(crate) fn types(contract: &Contract) -> String {
    let mut used = arguments(contract);
    used.extend(["error", "refusal"]);
    listed(used)
}

/// The named types of arguments.
fn arguments(contract: &Contract) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    contract.operations.iter().flat_map(|op| &op.parameters).for_each(|(_, ty)| names(ty, &mut used));
    used
}

/// The methods of `transaction`; `body` says what becomes of each operation.
fn methods(contract: &Contract, of: (&str, &str), head: &str, body: impl Fn(&Operation) -> String) -> String {
    let methods: Vec<_> = contract
        .gathered()
        .map(|operation| {
            let given = operation.parameters.iter();
            let parameters: String =
                given.map(|(name, ty)| format!(", {}: {}", snake(name), owned(ty))).collect();
            let name = snake(&operation.name);
            format!("fn {name}(&self{parameters}) -> Result<u32, Error> {{ {} }}", body(operation))
        })
        .collect();
    let (bounds, generics) = of;
    format!(
        "{head}

        impl{bounds} batch::GuestTransaction for Transaction{generics} {{
            fn new() -> Result<Self, Error> {{ Self::begin() }}

            {}

            fn blob_finish(&self, writer: blob::Writer) -> Result<u32, Error> {{ self.add_writer(writer) }}

            fn commit(this: batch::Transaction) -> Result<batch::Committed, Refusal> {{
                this.into_inner::<Self>().perform()
            }}
        }}",
        methods.join("\n\n")
    )
}

/// Those of a component that gathers operations itself.
pub(crate) fn gathered(contract: &Contract, of: (&str, &str), imports: &str) -> String {
    let head = format!(
        "//! The methods of a transaction: each adds an operation.

        use super::Transaction;
        {imports}"
    );
    methods(contract, of, &head, |operation| format!("self.add({})", made(operation)))
}

/// A row a method, for guests.
pub(crate) fn rows(contract: &Contract) -> String {
    let rows: String = contract
        .gathered()
        .map(|operation| {
            let variables: Vec<_> = operation.parameters.iter().map(|(name, _)| snake(name)).collect();
            let types: Vec<_> = operation.parameters.iter().map(|(_, ty)| owned(ty)).collect();
            format!(
                "adds(linker, \"{}\", |(this, {}): (This, {})| (this, {}))?;\n",
                operation.name,
                variables.join(", "),
                types.join(", "),
                made(operation)
            )
        })
        .collect();
    format!(
        "//! The methods of a transaction, a row each: it adds an operation.

        use super::{{This, adds}};
        use crate::bindings::exports::sx::persist::types::{{{}}};
        use crate::linker::define::Define;
        use crate::types::Op;

        #[expect(clippy::too_many_lines, reason = \"a row a method\")]
        pub(super) fn operations(linker: &mut impl Define) -> wasmtime::Result<()> {{
            {rows}
            Ok(())
        }}",
        listed(arguments(contract))
    )
}

/// Those of a guest that hands them on to its store.
pub(crate) fn handed_on(contract: &Contract) -> String {
    let head = format!(
        "//! The methods of a transaction, handed on to the store that serves this guest.

        use super::Transaction;
        use crate::bindings::exports::sx::persist::{{batch, blob}};
        use crate::bindings::sx::persist::types::{{{}}};",
        types(contract)
    );
    methods(contract, ("", ""), &head, |operation| {
        format!("self.below().{}({})", snake(&operation.name), contract.lend_all(&operation.parameters))
    })
}
