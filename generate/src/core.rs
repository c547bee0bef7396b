//! The operations of a batch, as the core has them.

use crate::contract::{Contract, Operation};
use crate::rust::{camel, listed, names, owned, snake};
use std::collections::BTreeSet;

pub(crate) fn op(contract: &Contract) -> String {
    let cases: String = contract.operations.iter().map(case).collect();
    let arms = bytes(contract);
    let mut used = BTreeSet::new();
    contract.operations.iter().flat_map(|op| &op.parameters).for_each(|(_, ty)| names(ty, &mut used));
    format!(
        "//! The operations of a batch.

        use crate::interface::expect::{{{}}};

        /// An operation of a batch; `types.op`.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = \"each field is the parameter of the function\")]
        pub enum Op {{ {cases} }}

        impl Op {{
            /// Text and bytes that the operation carries.
            pub(crate) fn bytes(&self) -> usize {{
                match self {{ {arms} }}
            }}
        }}",
        listed(used)
    )
}

fn case(operation: &Operation) -> String {
    let fields: String =
        operation.parameters.iter().map(|(name, ty)| format!("{}: {}, ", snake(name), owned(ty))).collect();
    format!("/// `{}`\n{} {{ {fields} }},\n", operation.function, camel(&operation.name))
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
