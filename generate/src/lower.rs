//! The interfaces of the lower of two stores, in WIT: a world cannot import `sx:persist/maps` twice.

use crate::contract::{Contract, Function, Interface, Type};
use crate::rust::names;
use std::collections::BTreeSet;

/// Of `admin` a lower store needs no more.
const ADMIN: [&str; 3] = ["verify", "verify-part", "stats"];

/// Words of WIT that are names here.
const KEYWORDS: [&str; 2] = ["list", "stream"];

pub(crate) fn package(contract: &Contract) -> String {
    let is_read = |interface: &Interface, function: &Function| {
        function.is_read && (interface.name != "admin" || ADMIN.contains(&function.name.as_str()))
    };
    let with_reads = contract.interfaces.iter().map(|interface| {
        let functions = interface.functions.iter().filter(|function| is_read(interface, function));
        (interface, functions.collect::<Vec<_>>())
    });
    let with_reads: Vec<_> = with_reads.filter(|(_, functions)| !functions.is_empty()).collect();
    let imports: String =
        with_reads.iter().map(|(interface, _)| format!("  import {};\n", interface.name)).collect();
    let bodies: String =
        with_reads.iter().map(|(interface, functions)| body(contract, interface, functions)).collect();
    format!(
        "\
package sx:persist-lower@{};

/// The lower of two stores, by what it is read with.
///
/// A world cannot import `sx:persist/maps` twice, so the second store has a package of its own, of the same version. Each
/// function is the one of its name in `sx:persist`, and whoever composes gives the lower store's own interfaces for these. No
/// function that writes is here: what stands above cannot change the lower store.
world lower-store {{
{imports}}}
{bodies}",
        contract.version
    )
}

fn body(contract: &Contract, interface: &Interface, functions: &[&Function]) -> String {
    let mut used = BTreeSet::new();
    for function in functions {
        function.parameters.iter().for_each(|(_, ty)| names(ty, &mut used));
        names(&function.answer, &mut used);
    }
    let used = used.into_iter().collect::<Vec<_>>().join(", ");
    let functions: String = functions.iter().map(|function| head(function)).collect();
    let (name, version) = (&interface.name, &contract.version);
    format!("\ninterface {name} {{\n  use sx:persist/types@{version}.{{{used}}};\n\n{functions}}}\n")
}

fn head(function: &Function) -> String {
    let parameters = function.parameters.iter().map(|(name, ty)| format!("{}: {}", word(name), text(ty)));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    format!("  {}: func({parameters}) -> {};\n", word(&function.name), text(&function.answer))
}

fn word(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("%{name}") } else { name.to_owned() }
}

/// The type as WIT has it.
fn text(ty: &Type) -> String {
    match ty {
        Type::Unit => "_".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::S64 => "s64".to_owned(),
        Type::String => "string".to_owned(),
        Type::Bytes => "list<u8>".to_owned(),
        Type::List(item) => format!("list<{}>", text(item)),
        Type::Option(item) => format!("option<{}>", text(item)),
        Type::Tuple(items) => format!("tuple<{}>", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Type::Result(ok, error) => format!("result<{}, {}>", text(ok), text(error)),
        Type::Named(name) | Type::Resource(name) => name.clone(),
    }
}
