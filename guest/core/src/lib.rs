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

mod admin;
mod base;
mod batch;
mod blob;
mod cache;
mod checkpoint;
pub mod checksum;
mod cid;
mod commit;
mod cut;
mod dispatch;
mod endless;
mod engine;
mod error;
mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod group;
mod index;
mod invariants;
mod journal;
mod kv;
pub mod limits;
mod log;
mod long_names;
mod maps;
pub mod memory;
mod misplaced;
mod newer;
mod objects;
mod overlay;
mod page;
mod paging;
mod pending;
mod persist;
mod processor;
mod quarantine;
mod record;
mod refs;
mod repair;
mod reserve;
mod rewrite;
mod sessions;
pub mod sha256;
mod snapshots;
pub mod space;
mod spread;
pub mod storage;
mod table;
mod verify;

pub use base::line::seq_of;
pub use batch::{Op, Outcome, Refusal};
pub use dispatch::{Operations, handle_op, handle_op_bytes};
pub use engine::{Durability, Engine};
pub use error::{Damage, Error, Failure, Reason, Result};
pub use maps::{MapEntry, MapPair, MapRange};
pub use objects::ObjectStats;
pub use persist::{EventPage, NewEvent, Page, Position};
pub use processor::Processor;
pub use sessions::SegmentPage;
pub use verify::{Finding, Report};
