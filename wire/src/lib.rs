//! The operations of a store and its calls, what is answered to them, and all of it as bytes.
//!
//! A host and the component that it carries use this crate, each on its side of `interface wire`; docs/wire.md has the bytes. Neither a byte
//! that is out of place nor a number that nothing has makes it panic, and it makes room for no more than it is given.

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

pub use answers::{Answers, Committed, Refusal, has_failed};
pub use call::{answer, answered, arguments, call, called};
pub use error::{Damage, Detail, Error, Failure};
pub use expect::{Expect, ExpectSeq};
pub use function::Function;
pub use gathering::{Excess, Gathered, Gathering, Slot};
pub use op::Op;
pub use outcome::Outcome;
pub use part::{Leading, Malformed, Part, Put, byte, bytes, end, option_text, text};
pub use reads::{Found, MapEntry, Moment, Question, Questions};
pub use request::Operations;

mod answers;
mod call;
mod compound;
mod error;
mod expect;
mod function;
mod gathering;
mod op;
mod outcome;
mod part;
mod parts;
mod reads;
mod request;

/// The version of the bytes, which each message begins with.
pub const VERSION: u8 = 1;

/// Operations of one commit, and questions of one moment.
pub const ITEMS_MAX: usize = 65_536;

/// Text and bytes of one commit, and of all that is gathered at one time.
pub const BYTES_MAX: usize = 64 << 20;

/// Transactions and reads that are open at one time.
pub const OPEN_MAX: usize = 64;
