//! Takes one order each time that it is run: a receipt as a blob, and the order and its number in one commit.
//!
//! It knows the store by its interfaces alone. docs/composition.md puts the two together.

#[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit", "wit"],
        world: "example:orders/client",
        generate_all
    });
    use super::Client;
    export!(Client);
}

use bindings::exports::wasi::cli::run::Guest;
use bindings::sx::persist::batch::Transaction;
use bindings::sx::persist::types::Error;
use bindings::sx::persist::{blob, persist};
use serde::Serialize;

/// What the component exports.
pub(crate) struct Client;

impl Guest for Client {
    fn run() -> Result<(), ()> {
        take_order("A-1", 2).map_err(drop)
    }
}

/// What becomes of an order in the stream.
#[derive(Serialize)]
struct Order<'a> {
    seq: u64,
    sku: &'a str,
    qty: u32,
    receipt: &'a str,
}

/// Keeps an order. When this answers, the order is on the disk.
fn take_order(sku: &str, qty: u32) -> Result<(), Error> {
    let last = persist::last_seq("orders")?;
    let seq = last + 1;
    let receipt = blob::put(format!("Order {seq}: {qty} of {sku}\n").as_bytes())?;
    // As SX text, whatever letters are in it.
    let order = sx::to_string(&Order { seq, sku, qty, receipt: &receipt })
        .map_err(|error| Error::InvalidArgument(error.to_string()))?;
    // Both or neither, with one sync; neither when somebody else has taken an order since.
    let transaction = Transaction::new()?;
    transaction.append_expecting("orders", last, &[order])?;
    transaction.kv_put("orders/last", &seq.to_string())?;
    Transaction::commit(transaction).map_err(|refusal| refusal.reason)?;
    Ok(())
}
