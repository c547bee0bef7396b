//! The handles of the library, as programs use them.

mod errors;
mod keys;
mod lists;
mod mixed;
mod transactions;

use sx_persist::{Hash, Store};

fn in_memory() -> Store {
    Store::in_memory().unwrap()
}

/// A hash of one digit.
fn hash(digit: char) -> Hash {
    digit.to_string().repeat(40).parse().unwrap()
}
