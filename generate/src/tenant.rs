//! A guest that hands every function on, as a test calls it.

use crate::contract::{Contract, Function, Interface};
use crate::rust::{camel, signature, snake, types_of};

pub(crate) fn exports(contract: &Contract) -> String {
    let all: String = contract.interfaces.iter().map(|interface| guest(contract, interface)).collect();
    format!(
        "//! Every function of the store, handed on to the store that serves this guest.

        use crate::Tenant;
        use crate::batch::{{Committed, Moment, Reads, Transaction}};
        use crate::bindings::exports::sx::persist as exports;
        use crate::bindings::sx::persist as below;
        use crate::bindings::sx::persist::types::{{{}}};
        use crate::writer::Writer;
        {all}",
        types_of(&contract.interfaces)
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
    format!(
        "{} {{ below::{interface}::{}({}) }}",
        signature(function),
        snake(&function.name),
        contract.lend_all(&function.parameters)
    )
}
