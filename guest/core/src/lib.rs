//! The engine of sx-persist: a journal, an overlay and plain base files below one [`storage::Storage`].
//!
//! Operations are methods of [`Engine`], one file an interface of `wit/`: `persist`, `blob`, `batch`, `dispatch`, `admin`.
//! What they mean is in docs/semantics.md, the bytes in docs/format.md, the promises in docs/durability.md.
//!
//! Nothing here touches a file, a clock, a random source or a thread: the same operations over the same storage give the
//! same bytes (architecture invariant A1).

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

pub use base::format::Layout;
pub use base::line::seq_of;
pub use codec::accelerators::Accelerators;
pub use codec::hex::hex;
pub use codec::{crc32c, sha256};
pub use disk::memory;
pub use engine::listing::{Direction, Page};
pub use engine::report::{Finding, Report};
pub use engine::{Durability, Engine};
pub use error::{Damage, Error, Failure, Reason, Result};
pub use interface::batch::Refusal;
pub use interface::maps::{MapItem, MapPair, MapRange};
pub use interface::objects::ObjectStats;
pub use interface::sessions::{LastEntries, SegmentDescription};
pub use interface::streams::{LinePage, Position};
pub use interface::usage::{Usage, UsageBy};
pub use sx::canonical;
pub use sx_persist_wire::{
    Committed, Excess, Expect, ExpectSeq, Found, Gathered, Gathering, MapEntry, Moment, Op, Outcome,
    Question, Slot,
};

mod base;
mod check;
mod codec;
mod disk;
pub mod dispatch;
mod engine;
mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod interface;
mod invariants;
mod journal;
mod keyspace;
pub mod limits;
mod run;
mod state;
pub mod storage;
