//! Every function of a store as a middleware hands it on, and as it exports it.

use crate::contract::{Contract, Function, Interface, Type};
use crate::rust::{camel, listed, signature, snake, types_of};
use crate::transaction;
use std::collections::BTreeSet;

/// `dispatch` has nothing of its own to change, it performs the operations of the middleware itself; what `batch` gathers is a trait
/// that is written by hand.
const WITHOUT_TRAIT: [&str; 2] = ["batch", "dispatch"];

fn handed_on(contract: &Contract) -> impl Iterator<Item = &Interface> {
    contract.interfaces.iter().filter(|interface| !WITHOUT_TRAIT.contains(&interface.name.as_str()))
}

pub(crate) fn interfaces(contract: &Contract) -> String {
    let traits: String = handed_on(contract).map(|interface| one_trait(contract, interface)).collect();
    format!(
        "//! The store's interfaces as traits whose functions go below, each once, in the order of `wit/`.

        use crate::below;
        use crate::middleware::Middleware;
        use crate::types::{{{}}};
        {traits}",
        types_of(handed_on(contract))
    )
}

fn one_trait(contract: &Contract, interface: &Interface) -> String {
    let name = &interface.name;
    let functions: Vec<_> =
        interface.functions.iter().map(|function| default(contract, interface, function)).collect();
    format!(
        "\n/// `{name}`: each function is that of its name in `wit/{name}.wit`.
        #[expect(missing_docs, clippy::missing_errors_doc, reason = \"they stand in wit/\")]
        pub trait {}: Middleware {{ {} }}\n",
        camel(name),
        functions.join("\n\n")
    )
}

fn default(contract: &Contract, interface: &Interface, function: &Function) -> String {
    let below = format!(
        "below::{}::{}({})",
        snake(&interface.name),
        snake(&function.name),
        contract.lend_all(&function.parameters)
    );
    match (&function.answer, function.is_read) {
        (_, true) => format!("{} {{ {below} }}", signature(function)),
        (Type::Result(..), false) => format!("{} {{ Self::may_write()?; {below} }}", signature(function)),
        (other, false) => panic!("{}: {other:?} is answered by no function yet", function.name),
    }
}

pub(crate) fn export(contract: &Contract) -> String {
    let exports: String = handed_on(contract).map(exported).collect();
    let traits = handed_on(contract).map(|interface| interface.name.as_str()).collect::<BTreeSet<_>>();
    format!(
        "//! What a component exports: each function is that of its middleware.

        use crate::bindings::exports::sx::persist as exports;
        use crate::interfaces::{{{}}};
        use crate::types::{{{}}};
        use crate::writer::Writer;
        use std::marker::PhantomData;

        /// What a component exports whose meaning is that of `M`.
        #[derive(Debug)]
        pub struct Export<M>(PhantomData<M>);
        {exports}",
        listed(traits),
        types_of(handed_on(contract))
    )
}

fn exported(interface: &Interface) -> String {
    let resources = interface.resources.iter().map(|name| format!("type {0} = {0}<M>;", camel(name)));
    let functions = interface.functions.iter().map(|function| {
        let arguments: Vec<_> = function.parameters.iter().map(|(name, _)| snake(name)).collect();
        format!("{} {{ M::{}({}) }}", signature(function), snake(&function.name), arguments.join(", "))
    });
    let parts = resources.chain(functions).collect::<Vec<_>>().join("\n\n");
    format!(
        "\nimpl<M: {}> exports::{}::Guest for Export<M> {{ {parts} }}\n",
        camel(&interface.name),
        snake(&interface.name)
    )
}

/// The methods of a middleware's transactions.
pub(crate) fn operations(contract: &Contract) -> String {
    let imports = format!(
        "use crate::batch::Batch;
        use crate::bindings::exports::sx::persist::{{batch, blob}};
        use crate::types::{{{}}};
        use sx_persist_wire::Op;",
        transaction::types(contract)
    );
    transaction::gathered(contract, ("<M: Batch>", "<M>"), &imports)
}
