//! A guest that hands every function on, as a test calls it.

use crate::contract::{Contract, Function, Interface};
use crate::rust::{camel, listed, names, owned, snake};
use std::collections::BTreeSet;

pub(crate) fn exports(contract: &Contract) -> String {
    let mut used = BTreeSet::new();
    for function in contract.interfaces.iter().flat_map(|interface| &interface.functions) {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
        names(&function.answer, &mut used);
    }
    let all: String = contract.interfaces.iter().map(|interface| guest(contract, interface)).collect();
    format!(
        "//! Every function of the store, handed on to the store that serves this guest.

        use crate::Tenant;
        use crate::bindings::exports::sx::persist as exports;
        use crate::bindings::sx::persist as below;
        use crate::bindings::sx::persist::types::{{{}}};
        use crate::writer::Writer;
        {all}",
        listed(used)
    )
}

fn guest(contract: &Contract, interface: &Interface) -> String {
    let name = snake(&interface.name);
    let resources = interface.resources.iter().map(|name| format!("type {0} = {0};", camel(name)));
    let functions = interface.functions.iter().map(|function| handed_on(contract, &name, function));
    let parts = resources.chain(functions).collect::<Vec<_>>().join("\n\n");
    format!("\nimpl exports::{name}::Guest for Tenant {{ {parts} }}\n")
}

fn handed_on(contract: &Contract, interface: &str, function: &Function) -> String {
    let parameters: Vec<_> =
        function.parameters.iter().map(|(name, ty)| format!("{}: {}", snake(name), owned(ty))).collect();
    let name = snake(&function.name);
    format!(
        "fn {name}({}) -> {} {{ below::{interface}::{name}({}) }}",
        parameters.join(", "),
        owned(&function.answer),
        contract.lend_all(&function.parameters)
    )
}
