//! What the component exports, a line a function.

use crate::contract::{Contract, Function, Interface, Type, in_batch};
use crate::rust::{camel, signature, snake, types_of};
use crate::transaction;

/// Methods of the engine that are not called as all others are, after their interface and function.
const METHODS: [(&str, &str, &str); 3] = [
    // There it stands beside the reading of everything else.
    ("persist", "read", "read_stream"),
    ("sessions", "list-sessions", "session_list"),
    ("sessions", "session-of", "session_of"),
];

/// Arguments that the engine takes whole: it makes operations of them.
pub(crate) const TAKEN: [(&str, &str); 1] = [("objects", "write-batch")];

pub(crate) fn exports(contract: &Contract) -> String {
    let modules = contract.interfaces.iter().map(|interface| snake(&interface.name)).collect::<Vec<_>>();
    let all: String = contract.interfaces.iter().map(|interface| guest(contract, interface)).collect();
    format!(
        "//! The exports: each function calls the method of the engine that has its meaning.

        use crate::bindings::exports::sx::persist::types::{{{}}};
        use crate::bindings::exports::sx::persist::{{{}}};
        use crate::batch::{{Committed, Moment, Reads, Transaction}};
        use crate::engine::{{Component, engine}};
        use crate::writer::Writer;
        use sx_persist_core::Engine;
        {all}",
        types_of(&contract.interfaces),
        modules.join(", ")
    )
}

fn guest(contract: &Contract, interface: &Interface) -> String {
    let name = &interface.name;
    let resources = interface.resources.iter().map(|name| format!("type {0} = {0};", camel(name)));
    let functions = interface.functions.iter().map(|function| export(contract, name, function));
    let parts: String = resources.chain(functions).collect::<Vec<_>>().join("\n\n");
    format!("\nimpl {}::Guest for Component {{ {parts} }}\n", snake(name))
}

fn export(contract: &Contract, interface: &str, function: &Function) -> String {
    let converted: String = function.parameters.iter().map(|(name, ty)| to_core(&snake(name), ty)).collect();
    let method = method(interface, &function.name);
    let is_taken = TAKEN.contains(&(interface, &function.name));
    let arguments = match is_taken {
        true => function.parameters.iter().map(|(name, _)| snake(name)).collect::<Vec<_>>().join(", "),
        false => contract.lend_all(&function.parameters),
    };
    let called = match function.parameters.is_empty() {
        true => format!("engine(Engine::{method})"),
        false => format!("engine(|engine| engine.{method}({arguments}))"),
    };
    let body = match &function.answer {
        Type::Result(ok, _) => match from_core(contract, ok) {
            None => format!("Ok({called}?)"),
            Some(conversion) => format!("Ok({called}?{conversion})"),
        },
        Type::List(_) => format!("{called}.into_iter().map(|answer| Ok(answer?.into())).collect()"),
        other => panic!("{interface}.{}: {other:?} is answered by no function yet", function.name),
    };
    format!("{} {{ {converted} {body} }}", signature(function))
}

/// The method of the engine that has the meaning of a function.
pub(crate) fn method(interface: &str, function: &str) -> String {
    let named = METHODS.iter().find(|(of, name, _)| (*of, *name) == (interface, function));
    named.map_or_else(|| snake(&in_batch(interface, function)), |(_, _, method)| (*method).to_owned())
}

/// Makes a variable one of the core's type, if it is not.
fn to_core(name: &str, ty: &Type) -> String {
    match ty {
        Type::Named(_) => format!("let {name} = {name}.into();"),
        Type::List(item) if matches!(**item, Type::Named(_)) => {
            format!("let {name}: Vec<_> = {name}.into_iter().map(Into::into).collect();")
        }
        _ => String::new(),
    }
}

/// What makes an answer of the core one of WIT's, if it is none.
fn from_core(contract: &Contract, ty: &Type) -> Option<String> {
    match ty {
        Type::Named(name) => {
            assert!(contract.types.contains_key(name), "{name} stands in no types.wit");
            Some(".into()".to_owned())
        }
        Type::Option(item) => {
            from_core(contract, item)?;
            Some(".map(Into::into)".to_owned())
        }
        Type::List(item) => match &**item {
            Type::Named(_) => Some(".into_iter().map(Into::into).collect()".to_owned()),
            other => {
                let inner = from_core(contract, other)?;
                Some(format!(".into_iter().map(|item| item{inner}).collect()"))
            }
        },
        _ => None,
    }
}

/// The methods of the component's transactions.
pub(crate) fn operations(contract: &Contract) -> String {
    let imports = format!(
        "use crate::bindings::exports::sx::persist::types::{{{}}};
        use crate::bindings::exports::sx::persist::{{batch, blob}};
        use sx_persist_core::Op;",
        transaction::types(contract)
    );
    transaction::gathered(contract, ("", ""), &imports)
}
