//! What the component exports, a line a function.

use crate::contract::{Contract, Function, Interface, Type, in_batch};
use crate::rust::{camel, listed, names, owned, signature, snake, types_of};
use crate::transaction;
use crate::wire::Call;
use std::collections::BTreeSet;

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
    if contract
        .calls()
        .iter()
        .any(|call| (call.interface, &call.function.name) == (interface, &function.name))
    {
        let parameters = function.parameters.iter();
        let given: Vec<_> = parameters.map(|(name, ty)| lend(&snake(name), ty)).collect();
        let called = format!("Self::{}({})", by_reference(interface, function), given.join(", "));
        return format!("{} {{ {called} }}", signature(function));
    }
    let body = body(contract, interface, function, &contract.lend_all(&function.parameters));
    format!("{} {{ {body} }}", signature(function))
}

/// The method of the component that is given what a call lends.
fn by_reference(interface: &str, function: &Function) -> String {
    format!("{}_{}", snake(interface), snake(&function.name))
}

/// What is lent of an argument: text and bytes as they stand in a call, and a list of what needs no conversion.
fn lent(ty: &Type) -> String {
    match ty {
        Type::List(item) if **item == Type::Bytes => "&[Vec<u8>]".to_owned(),
        Type::String => "&str".to_owned(),
        Type::Bytes => "&[u8]".to_owned(),
        Type::Option(item) if **item == Type::String => "Option<&str>".to_owned(),
        other => owned(other),
    }
}

fn is_lent(ty: &Type) -> bool {
    lent(ty).contains('&')
}

fn lend(name: &str, ty: &Type) -> String {
    match ty {
        Type::String | Type::Bytes => format!("&{name}"),
        Type::List(_) if is_lent(ty) => format!("&{name}"),
        Type::Option(_) if is_lent(ty) => format!("{name}.as_deref()"),
        _ => name.to_owned(),
    }
}

/// `guest/component/src/calls.rs`
pub(crate) fn calls(contract: &Contract) -> String {
    let mut used = BTreeSet::from(["error"]);
    let calls = contract.calls();
    for function in calls.iter().map(|call| call.function) {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
        names(&function.answer, &mut used);
    }
    let methods: Vec<_> = calls.iter().map(|call| lent_method(contract, call)).collect();
    let arms: String = calls.iter().map(|call| arm(call)).collect();
    format!(
        "//! The functions that are no operations of a transaction, as calls that come as bytes and as exports have them.

        use crate::bindings::exports::sx::persist::types::{{{}}};
        use crate::engine::{{Component, engine}};
        use sx_persist_core::Engine;
        use sx_persist_wire::{{Function, Malformed, Part, answer, bytes, called, end, option_text, text}};

        #[expect(clippy::too_many_lines, reason = \"an arm a function\")]
        pub(crate) fn perform(call: &[u8]) -> Result<Vec<u8>, Malformed> {{
            let (function, mut given) = called(call)?;
            let from = &mut given;
            Ok(match function {{ {arms} }})
        }}

        impl Component {{ {} }}",
        listed(used),
        methods.join("\n\n")
    )
}

fn arm(call: &Call<'_>) -> String {
    let parameters = &call.function.parameters;
    let taken: String = parameters
        .iter()
        .map(|(name, ty)| {
            let how = match ty {
                Type::String => "text(from)?".to_owned(),
                Type::Bytes => "bytes(from)?".to_owned(),
                Type::Option(_) if is_lent(ty) => "option_text(from)?".to_owned(),
                _ => "Part::take(from)?".to_owned(),
            };
            let of = if matches!(ty, Type::List(_)) { format!(": {}", owned(ty)) } else { String::new() };
            format!("let {}{of} = {how};\n", snake(name))
        })
        .collect();
    let names: Vec<_> = parameters
        .iter()
        .map(|(name, ty)| match ty {
            Type::List(_) => lend(&snake(name), ty),
            _ => snake(name),
        })
        .collect();
    format!(
        "Function::{} => {{
            {taken} end(from)?;
            answer(&Component::{}({}).map_err({}))
        }}\n",
        call.case(),
        by_reference(call.interface, call.function),
        names.join(", "),
        call.refused()
    )
}

fn lent_method(contract: &Contract, call: &Call<'_>) -> String {
    let parameters = &call.function.parameters;
    let given = parameters.iter();
    let heads: Vec<_> = given.clone().map(|(name, ty)| format!("{}: {}", snake(name), lent(ty))).collect();
    let arguments = given.map(|(name, ty)| match is_lent(ty) {
        true => snake(name),
        false => contract.lend(&snake(name), ty),
    });
    let arguments: Vec<_> = arguments.collect();
    format!(
        "pub(crate) fn {}({}) -> {} {{ {} }}",
        by_reference(call.interface, call.function),
        heads.join(", "),
        owned(&call.function.answer),
        body(contract, call.interface, call.function, &arguments.join(", "))
    )
}

/// Calls the engine, with arguments that are lent.
fn body(contract: &Contract, interface: &str, function: &Function, lent: &str) -> String {
    let converted: String = function.parameters.iter().map(|(name, ty)| to_core(&snake(name), ty)).collect();
    let method = method(interface, &function.name);
    let is_taken = TAKEN.contains(&(interface, &function.name));
    let arguments = match is_taken {
        true => function.parameters.iter().map(|(name, _)| snake(name)).collect::<Vec<_>>().join(", "),
        false => lent.to_owned(),
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
    format!("{converted} {body}")
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
