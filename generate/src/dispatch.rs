//! The operations of `handle-op`: an arm each, for the engine and for what stands before a store.

use crate::component::{TAKEN, method};
use crate::contract::Contract;
use crate::forms::{On, put, put_type, take, take_type};
use crate::kind::{Kind, Named};
use crate::rust::{camel, listed, snake};

/// The call that performs an operation.
fn call(on: On, contract: &Contract, Named { interface, function, .. }: &Named<'_>) -> String {
    let owned = || function.parameters.iter().map(|(name, _)| snake(name)).collect::<Vec<_>>().join(", ");
    match on {
        On::Engine if TAKEN.contains(&(interface, &function.name)) => {
            format!("self.{}({})", method(interface, &function.name), owned())
        }
        On::Engine => {
            format!("self.{}({})", method(interface, &function.name), contract.lend_all(&function.parameters))
        }
        On::Middleware => {
            format!("<M as {}>::{}({})", camel(interface), snake(&function.name), owned())
        }
    }
}

/// The argument at a place of those that are called `of`: an optional one may be left out.
fn argument(of: &str, index: usize, name: &str, kind: &Kind) -> String {
    match kind {
        Kind::Optional(_) => format!("{of}.find({index}, \"{name}\")"),
        _ => format!("{of}.get({index}, \"{name}\")?"),
    }
}

fn arm(contract: &Contract, on: On, operation: &Named<'_>) -> String {
    let parameters = &operation.function.parameters;
    let taken: String = parameters
        .iter()
        .enumerate()
        .map(|(index, (name, ty))| {
            let kind = Kind::of(name, ty);
            let argument = argument("arguments", index, name, &kind);
            // Below every seq: nothing is dropped, not even what counts as seq 0.
            if operation.name == "persist/truncate" && name == "upto" {
                let last_seq = match on {
                    On::Engine => "self.last_seq(&stream)?",
                    On::Middleware => "<M as Persist>::last_seq(stream)?",
                };
                return format!(
                    "let Some(upto) = {argument}.number_or_below()? else {{
                        {last_seq};
                        answer.nil();
                        return Ok(true);
                    }};"
                );
            }
            format!("let {} = {};\n", snake(name), take(&kind, &argument))
        })
        .collect();
    let call = format!("{}?", call(on, contract, operation));
    let answered = put(&operation.answer, &call);
    format!("\"{}\" => {{ {taken} {answered} }}\n", operation.name)
}

/// Functions that take the named types of arguments, and put those of answers.
fn types(contract: &Contract, on: On) -> (Vec<&str>, String) {
    let (taken, put) = (contract.named_given(), contract.named_answered());
    let functions = taken.iter().map(|name| take_type(contract, name));
    let functions: String = functions.chain(put.iter().map(|name| put_type(contract, on, name))).collect();
    let mut used: Vec<_> = taken.into_iter().chain(put).collect();
    used.sort_unstable();
    (used, functions)
}

fn arms(contract: &Contract, on: On) -> String {
    contract.named().map(|operation| arm(contract, on, &operation)).collect()
}

/// `guest/core/src/dispatch/operations.rs`
pub(crate) fn of_engine(contract: &Contract) -> String {
    let arms = arms(contract, On::Engine);
    format!(
        "//! The operations of the store, an arm each.

        use crate::dispatch::{{Answer, Argument, Arguments}};
        use crate::dispatch::{{Operations, batch}};
        use super::forms::{{{}}};
        use crate::engine::Engine;
        use crate::interface::batch::Refusal;
        use crate::storage::Storage;

        impl<S: Storage> Operations for Engine<S> {{
            type Refusal = Refusal;

            #[expect(clippy::too_many_lines, reason = \"an arm an operation\")]
            fn perform(&mut self, op: &str, arguments: &Arguments<'_>, answer: &mut Answer) -> Result<bool, Refusal> {{
                match op {{
                    {}
                    \"persist/batch/commit\" => {{
                        let committed = self.commit(&batch::operations(arguments)?)?;
                        batch::put_committed(answer, &committed);
                    }}
                    \"persist/batch/read\" => {{
                        let questions = batch::questions(arguments)?;
                        batch::put_moment(answer, &questions, &self.read_moment(&questions)?);
                    }}
                    _ => return Ok(false),
                }}
                Ok(true)
            }}

            fn perform_on_bytes(
                &mut self,
                op: &str,
                arguments: &Arguments<'_>,
                answer: &mut Answer,
            ) -> Result<bool, Refusal> {{
                match op {{
                    \"persist/read\" => {{
                        let events = self.read_stream_bytes(&arguments.get(0, \"stream\")?.bytes()?)?;
                        answer.list(&events, |answer, event| answer.canonical(event));
                    }}
                    \"persist/kv-get\" => {{
                        let value = self.kv_get_bytes(&arguments.get(0, \"key\")?.bytes()?)?;
                        answer.optional(value.as_deref(), Answer::canonical);
                    }}
                    _ => return self.perform(op, arguments, answer),
                }}
                Ok(true)
            }}
        }}
",
        forms_in(contract, &arms),
        arms
    )
}

/// The functions of `forms.rs` that a text uses, as a list for a `use`.
fn forms_in(contract: &Contract, text: &str) -> String {
    let (names, _) = types(contract, On::Engine);
    let functions =
        names.iter().flat_map(|name| ["take", "put"].map(|verb| format!("{verb}_{}", snake(name))));
    let is_used = |name: &String| text.contains(&format!("{name}(")) || text.contains(&format!("({name})"));
    functions.filter(is_used).collect::<Vec<_>>().join(", ")
}

/// `guest/core/src/dispatch/forms.rs`
pub(crate) fn forms_of_engine(contract: &Contract) -> String {
    let (_, types) = types(contract, On::Engine);
    format!(
        "//! Records and cases, out of SX text and into it.

        use crate::base::format::Layout;
        use crate::dispatch::{{Answer, Argument}};
        use crate::engine::Durability;
        use crate::engine::listing::{{Direction, Page}};
        use crate::engine::report::{{Finding, Report}};
        use crate::error::{{Damage, Result}};
        use crate::interface::maps::{{MapItem, MapPair, MapRange}};
        use crate::interface::objects::ObjectStats;
        use crate::interface::sessions::{{LastEntries, SegmentDescription}};
        use crate::interface::streams::{{LinePage, Position}};
        use crate::interface::usage::{{Usage, UsageBy}};
        use sx_persist_wire::{{Expect, ExpectSeq, MapEntry}};
        {}",
        types.replace("\nfn ", "\npub(super) fn ")
    )
}

/// `guest/core/src/dispatch/transaction.rs`
pub(crate) fn transaction_of_engine(contract: &Contract) -> String {
    let gathered: String = contract
        .gathered()
        .map(|operation| {
            let fields: String = operation
                .parameters
                .iter()
                .enumerate()
                .map(|(index, (name, ty))| {
                    let kind = Kind::of(name, ty);
                    let argument = argument("from", index + 1, name, &kind);
                    format!("{}: {}, ", snake(name), take(&kind, &argument))
                })
                .collect();
            format!("\"{0}\" => Op::{1} {{ {fields} }},\n", operation.name, camel(&operation.name))
        })
        .collect();
    format!(
        "//! The operations of a transaction, by the names of its methods.

        use super::forms::{{{}}};
        use crate::dispatch::{{Argument, Arguments}};
        use crate::error::Result;
        use sx_persist_wire::Op;

        /// The operation of a transaction with this name, whose arguments follow behind it.
        #[expect(clippy::too_many_lines, reason = \"an arm an operation\")]
        pub(super) fn operation(name: &str, from: &Arguments<'_>) -> Result<Option<Op>> {{
            Ok(Some(match name {{ {gathered} _ => return Ok(None) }}))
        }}",
        forms_in(contract, &gathered)
    )
}

/// `guest/middleware/kit/src/dispatch/operations.rs`
pub(crate) fn of_middleware(contract: &Contract) -> String {
    let (names, types) = types(contract, On::Middleware);
    let interfaces: Vec<_> = contract
        .interfaces
        .iter()
        .filter(|interface| !["batch", "dispatch"].contains(&&interface.name[..]))
        .map(|interface| camel(&interface.name))
        .collect();
    format!(
        "//! The operations of a middleware, an arm each.

        use super::{{All, On}};
        use crate::batch::Batch;
        use crate::below::Writers;
        use crate::interfaces::{{{}}};
        use crate::types::{{Refusal, {}}};
        use sx_persist_core::dispatch::{{self, Answer, Argument, Arguments, Operations}};

        type Result<T> = std::result::Result<T, sx_persist_core::Error>;

        impl<M: All> Operations for On<M> {{
            type Refusal = Refusal;

            #[expect(clippy::too_many_lines, reason = \"an arm an operation\")]
            fn perform(
                &mut self,
                op: &str,
                arguments: &Arguments<'_>,
                answer: &mut Answer,
            ) -> std::result::Result<bool, Refusal> {{
                match op {{
                    {}
                    \"persist/batch/commit\" => {{
                        let operations = dispatch::operations(arguments)?;
                        let committed = <M as Batch>::commit(operations, &mut Writers::default())?;
                        dispatch::put_committed(answer, &committed);
                    }}
                    \"persist/batch/read\" => {{
                        let questions = dispatch::questions(arguments)?;
                        let moment = <M as Batch>::read(questions.clone())?;
                        dispatch::put_moment(answer, &questions, &moment);
                    }}
                    _ => return Ok(false),
                }}
                Ok(true)
            }}
        }}
        {types}",
        interfaces.join(", "),
        listed(names),
        arms(contract, On::Middleware)
    )
}
