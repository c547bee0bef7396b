//! How the host library calls the component, and serves the same functions to guests.

use crate::contract::{Contract, Fields, Function, Interface, Operation, Type, in_batch};
use crate::rust::{camel, listed, names, owned, snake};
use std::collections::BTreeSet;

/// Interfaces whose rows are written by hand: they concern the instance, or answer otherwise than with a result.
const BY_HAND: [&str; 2] = ["batch", "admin"];

/// Functions that guests are served with a method of the store, which does more than the one call.
const METHODS: [(&str, &str); 1] = [("blob", "put")];

fn called(contract: &Contract) -> impl Iterator<Item = &Interface> {
    contract.interfaces.iter().filter(|interface| !interface.functions.is_empty())
}

pub(crate) fn calls(contract: &Contract) -> String {
    let modules: String = called(contract).map(|interface| module(contract, interface)).collect();
    format!(
        "//! Each function of `wit/` as a call of what is at the other end; those that may be operations of a batch go with what other
        //! threads write.
        {modules}"
    )
}

fn module(contract: &Contract, interface: &Interface) -> String {
    let name = &interface.name;
    let mut used = BTreeSet::new();
    let mut is_operation = false;
    for function in &interface.functions {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
        let Type::Result(ok, _) = &function.answer else { continue };
        names(ok, &mut used);
        is_operation |= contract.operation(name, &function.name).is_some();
    }
    if is_operation {
        used.extend(["op", "outcome"]);
    }
    let called = || interface.functions.iter().filter(|function| !is_submitted(contract, name, function));
    let told = if called().count() == 0 { "" } else { "use crate::store::told::Told;" };
    let takes = called().any(|function| !function.parameters.is_empty());
    let wire = if takes { "Function, Put" } else { "Function" };
    let wire = match called().count() {
        0 => String::new(),
        _ => format!("use sx_persist_wire::{{{wire}}};"),
    };
    let types =
        if used.is_empty() { String::new() } else { format!("use crate::types::{{{}}};", listed(used)) };
    let unexpected = if is_operation { "use crate::interface::batch::unexpected;" } else { "" };
    let commit_error = match interface.functions.iter().any(Function::refuses_one) {
        true => "use crate::interface::batch::CommitError;",
        false => "",
    };
    let calls: Vec<_> = interface
        .functions
        .iter()
        .map(|function| match contract.operation(name, &function.name) {
            Some(operation) => submitted(function, operation),
            None => call(contract, name, function),
        })
        .collect();
    format!(
        "\npub(crate) mod {} {{
            use crate::error::Result;
            {commit_error} {unexpected}
            use crate::store::Store;
            {told}
            {types}
            {wire}

            {}
        }}\n",
        snake(name),
        calls.join("\n\n")
    )
}

fn is_submitted(contract: &Contract, interface: &str, function: &Function) -> bool {
    contract.operation(interface, &function.name).is_some()
}

/// A write that goes with what other threads write.
fn submitted(function: &Function, operation: &Operation) -> String {
    let parameters: String =
        function.parameters.iter().map(|(name, ty)| format!(", {}: {}", snake(name), owned(ty))).collect();
    let fields: Vec<_> = function.parameters.iter().map(|(name, _)| snake(name)).collect();
    let fields = fields.join(", ");
    let case = camel(&operation.name);
    let op = format!("Op::{case} {{ {fields} }}");
    let Type::Result(ok, _) = &function.answer else { panic!("{}: no result", function.name) };
    let (pattern, answer) = match operation.outcome {
        Some(outcome) => (format!("Outcome::{}(answer)", camel(outcome)), "answer"),
        None => ("Outcome::Put".to_owned(), "()"),
    };
    format!(
        "pub(crate) fn {}(store: &Store{parameters}) -> Result<{}> {{
            match store.submit({op})? {{
                {pattern} => Ok({answer}),
                other => Err(unexpected(&other)),
            }}
        }}",
        snake(&function.name),
        owned(ok)
    )
}

fn call(contract: &Contract, interface: &str, function: &Function) -> String {
    let name = snake(&function.name);
    let Type::Result(ok, _) = &function.answer else { panic!("{interface}.{name}: no result") };
    let given = function.parameters.iter();
    let parameters: String =
        given.clone().map(|(name, ty)| format!(", {}: {}", snake(name), contract.lent(ty))).collect();
    let puts: Vec<_> = given.map(|(name, _)| format!("{}.put(out)", snake(name))).collect();
    let arguments = match &puts[..] {
        [] => "|_| {}".to_owned(),
        [single] => format!("|out| {single}"),
        several => format!("|out| {{ {}; }}", several.join("; ")),
    };
    let bytes = contract.bytes_of_fields("", &function.parameters, false).unwrap_or_else(|| "0".to_owned());
    let names = told_array(&function.parameters);
    let (how, answer) = match function.refuses_one() {
        false => ("call", format!("Result<{}>", owned(ok))),
        true => ("call_several", format!("Result<{}, CommitError>", owned(ok))),
    };
    format!(
        "pub(crate) fn {name}(store: &Store{parameters}) -> {answer} {{
            let told = Told {{ function: \"{interface}.{}\", names: {names}, bytes: {bytes} }};
            store.{how}(told, Function::{}, {arguments})
        }}",
        function.name,
        camel(interface) + &camel(&function.name)
    )
}

/// Arguments that name what a call concerns.
const NAMES: [&str; 10] =
    ["op", "stream", "key", "name", "table", "session", "segment", "cid", "hash", "prefix"];

/// The first two of them, and what they are as bytes.
fn told_names(parameters: &Fields) -> Vec<(String, String)> {
    let named = parameters.iter().filter(|(name, _)| NAMES.contains(&name.as_str()));
    let named = named.filter_map(|(name, ty)| match ty {
        Type::Bytes => Some((snake(name), snake(name))),
        Type::String => Some((snake(name), format!("{}.as_bytes()", snake(name)))),
        _ => None,
    });
    named.take(2).collect()
}

/// Two names; empty ones for those that are not there.
fn told_array(parameters: &Fields) -> String {
    let named = told_names(parameters).into_iter().map(|(_, bytes)| bytes);
    let all = named.chain(std::iter::repeat("b\"\"".to_owned())).take(2);
    format!("[{}]", all.collect::<Vec<_>>().join(", "))
}

/// `host/src/store/operations.rs`
pub(crate) fn told(contract: &Contract) -> String {
    let arms: String = contract.operations.iter().map(told_arm).collect();
    format!(
        "//! What an operation is told as in a trace.

        use crate::store::told::Told;
        use crate::types::Op;

        pub(crate) fn told(op: &Op) -> Told<'_> {{
            let (function, names): (_, [&[u8]; 2]) = match op {{ {arms} }};
            Told {{ function, names, bytes: op.bytes() }}
        }}"
    )
}

fn told_arm(operation: &Operation) -> String {
    let bound: String =
        told_names(&operation.parameters).into_iter().map(|(name, _)| format!("{name}, ")).collect();
    let rest = if bound.matches(',').count() < operation.parameters.len() { ".." } else { "" };
    let alone = format!("batch.{}", operation.name);
    format!(
        "Op::{} {{ {bound}{rest} }} => (\"{}\", {}),\n",
        camel(&operation.name),
        operation.function.as_deref().unwrap_or(&alone),
        told_array(&operation.parameters)
    )
}

/// Those of `dispatch` stand elsewhere: guests do not reach all of its operations.
fn rowed(contract: &Contract) -> impl Iterator<Item = &Interface> {
    called(contract)
        .filter(|interface| interface.name != "dispatch" && !BY_HAND.contains(&interface.name.as_str()))
}

pub(crate) fn rows(contract: &Contract) -> String {
    let mut used = BTreeSet::new();
    for function in rowed(contract).flat_map(|interface| &interface.functions) {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
    }
    let interfaces: String = rowed(contract).map(|interface| interface_rows(contract, interface)).collect();
    format!(
        "//! What each function does for a guest: a row a function.

        use super::define::{{Define, Interface, refused}};
        use crate::bindings::exports::sx::persist::types::{{{}}};
        use crate::interface::wit;
        {interfaces}",
        listed(used)
    )
}

fn interface_rows(contract: &Contract, interface: &Interface) -> String {
    let name = &interface.name;
    let rows: String =
        interface.functions.iter().map(|function| format!("{}?;\n", row(contract, name, function))).collect();
    format!(
        "\npub(super) fn {}(linker: &mut impl Define) -> wasmtime::Result<()> {{
            let on = &mut Interface {{ linker, name: \"sx:persist/{name}@{}\" }};
            {rows}
            Ok(())
        }}\n",
        snake(name),
        contract.version
    )
}

/// Arguments of an operation, in its own types.
fn given(parameters: &Fields) -> String {
    let given = parameters.iter().map(|(name, ty)| match ty {
        Type::Named(_) => format!("{}.into()", snake(name)),
        _ => snake(name),
    });
    given.collect::<Vec<_>>().join(", ")
}

fn row(contract: &Contract, interface: &str, function: &Function) -> String {
    let variables: Vec<_> = function.parameters.iter().map(|(name, _)| snake(name)).collect();
    let types: Vec<_> = function.parameters.iter().map(|(_, ty)| owned(ty)).collect();
    let parameters = match &variables[..] {
        [] => "()".to_owned(),
        [single] => format!("({single},): ({},)", types[0]),
        several => format!("({}): ({})", several.join(", "), types.join(", ")),
    };
    let lent = contract.lend_all(&function.parameters);
    let call = if METHODS.contains(&(interface, &function.name)) {
        format!("store.raw().{}({lent})", snake(&in_batch(interface, &function.name)))
    } else {
        let is_operation = contract.operation(interface, &function.name).is_some();
        let arguments = if is_operation { given(&function.parameters) } else { lent };
        let separator = if arguments.is_empty() { "" } else { ", " };
        format!("wit::{}::{}(store{separator}{arguments})", snake(interface), snake(&function.name))
    };
    let (how, call) = match function.refuses_one() {
        true => ("answering", format!("refused({call})")),
        false => ("function", call),
    };
    format!("on.{how}(\"{}\", |store, {parameters}| {call})", function.name)
}
