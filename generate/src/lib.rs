//! Code that says nothing but what `wit/` says: written from it, and checked in.
//!
//! `cargo run -p sx-persist-generate` writes the files, and a test of this crate finds those that are not as it would write them.

#![forbid(unsafe_code)]
#![expect(clippy::format_collect, reason = "a few kilobytes, made once")]

mod component;
mod contract;
mod dispatch;
mod forms;
mod host;
mod kind;
mod lower;
mod middleware;
mod native;
mod node;
mod python;
mod rust;
mod table;
mod tenant;
mod transaction;
mod wire;

use anyhow::{Context as _, Result, ensure};
use contract::Contract;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The first line of each file, behind what makes it a comment.
const HEAD: &str = " Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.\n";

/// The files, each with its path in the workspace; those in Rust are formatted by `rustfmt`.
///
/// # Errors
/// `wit/` cannot be read, or says what this crate has no code for; `rustfmt` is missing.
pub fn files(workspace: &Path) -> Result<BTreeMap<&'static str, String>> {
    let contract = Contract::read(&workspace.join("wit"))?;
    let files = [
        ("wire/src/op.rs", transaction::op(&contract)),
        ("wire/src/function.rs", wire::functions(&contract)),
        ("wire/src/parts.rs", wire::parts(&contract)),
        ("wire/tests/messages/contract.rs", wire::tested(&contract)),
        ("guest/component/src/calls.rs", component::calls(&contract)),
        ("guest/middleware/kit/src/calls.rs", wire::performed(&contract)),
        ("guest/component/src/exports.rs", component::exports(&contract)),
        ("guest/component/src/batch/operations.rs", component::operations(&contract)),
        ("guest/core/src/dispatch/forms.rs", dispatch::forms_of_engine(&contract)),
        ("guest/core/src/dispatch/transaction.rs", dispatch::transaction_of_engine(&contract)),
        ("guest/core/src/dispatch/operations.rs", dispatch::of_engine(&contract)),
        ("guest/middleware/kit/src/dispatch/operations.rs", dispatch::of_middleware(&contract)),
        ("guest/middleware/kit/src/interfaces.rs", middleware::interfaces(&contract)),
        ("guest/middleware/kit/src/export.rs", middleware::export(&contract)),
        ("guest/middleware/kit/src/batch/operations.rs", middleware::operations(&contract)),
        ("cli/src/operations/table.rs", table::table(&contract)),
        ("host/src/interface/wit.rs", host::calls(&contract)),
        ("host/src/store/operations.rs", host::told(&contract)),
        ("host/src/linker/rows.rs", host::rows(&contract)),
        ("host/src/linker/batch/operations.rs", transaction::rows(&contract)),
        ("tests/guests/tenant/src/exports.rs", tenant::exports(&contract)),
        ("tests/guests/tenant/src/batch/operations.rs", transaction::handed_on(&contract)),
    ];
    let written = files.into_iter().map(|(path, text)| {
        let text = format(workspace, &format!("//!{HEAD}//!\n{text}")).with_context(|| path.to_owned())?;
        Ok((path, text))
    });
    let stdio = std::fs::read_to_string(workspace.join("docs/stdio.md"))?;
    let stdio = table::document(&contract, &stdio).context("docs/stdio.md has no place for the table")?;
    let bytes = std::fs::read_to_string(workspace.join("docs/wire.md"))?;
    let bytes = wire::document(&contract, &bytes).context("docs/wire.md has no place for the tables")?;
    let others = [
        ("guest/middleware/layered/wit/lower.wit", format!("//{HEAD}\n{}", lower::package(&contract))),
        ("docs/stdio.md", stdio),
        ("docs/wire.md", bytes),
        ("examples/python/src/sx_persist/operations.py", format!("#{HEAD}{}", python::operations(&contract))),
        ("examples/node/src/operations.ts", format!("//{HEAD}\n{}", node::operations(&contract))),
    ];
    written.chain(others.into_iter().map(Ok)).collect()
}

/// As `cargo fmt` would have it.
fn format(workspace: &Path, text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config-path"])
        .arg(workspace)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt cannot be run; `rustup component add rustfmt`")?;
    let mut input = rustfmt.stdin.take().context("no way to rustfmt")?;
    let writer = {
        let text = text.to_owned();
        std::thread::spawn(move || input.write_all(text.as_bytes()))
    };
    let output = rustfmt.wait_with_output()?;
    let _ = writer.join();
    ensure!(output.status.success(), "rustfmt does not understand it:\n{text}");
    Ok(String::from_utf8(output.stdout)?)
}
